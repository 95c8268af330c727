import { createHash } from 'node:crypto'
import { type Dirent, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

/** Answers a GET below its base path, or returns null. */
export type Site = (path: string, request: Request) => Response | null

/**
 * Serves a folder of built files under `base` (which ends with a slash). The files are read once, so
 * that a request chooses among known names and can never leave the folder.
 *
 * @param fallback Answer unknown paths without an extension with `index.html`: the pages of a
 * single-page app.
 * @returns null when there is no such folder
 */
export function loadSite(base: string, folder: string, fallback: boolean): Site | null {
  const files = readFolder(folder)
  if (!files) return null
  return (path, request) => {
    if (!path.startsWith(base)) return null
    const name = path.slice(base.length)
    const file = files.get(name === '' ? 'index.html' : name)
    const page = fallback && extname(name) === '' ? files.get('index.html') : undefined
    const found = file ?? page
    return found ? answer(found, request) : null
  }
}

interface StaticFile {
  readonly body: Buffer<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
}

/** Everything comes from here and nothing may frame it: what every page of the bar is served with. */
export const pageHeaders = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

function readFolder(folder: string): ReadonlyMap<string, StaticFile> | null {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch {
    return null
  }
  return new Map(
    entries
      .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
      .map(entry => join(entry.parentPath, entry.name))
      .map(file => {
        const name = relative(folder, file).split(sep).join('/')
        return [name, readStatic(name, readFileSync(file))]
      }),
  )
}

function readStatic(name: string, body: Buffer<ArrayBuffer>): StaticFile {
  // Vite names the files in assets/ after their content: they never change.
  const isImmutable = name.startsWith('assets/')
  return {
    body,
    headers: {
      ...pageHeaders,
      'Content-Type': contentTypes[extname(name)] ?? 'application/octet-stream',
      'Cache-Control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    },
  }
}

function answer({ body, headers }: StaticFile, request: Request): Response {
  // Compared weakly (RFC 9110 §13.1.2): what has been compressed on its way has a weak tag.
  if (request.headers.get('If-None-Match')?.replace('W/', '') === headers.ETag) {
    return new Response(null, { status: 304, headers })
  }
  return new Response(body, { headers })
}
