import type { Context } from 'hono'
import type { z } from 'zod'
import type { ServerEnv } from './api-headers.ts'
import { isJson } from './own-page.ts'
import { Problem } from './problem.ts'

const maxBytes = 16 * 1024

/**
 * Reads a JSON body of the given shape; no body at all is read as `{}`.
 * @throws {Problem} 400 `invalid_request`, 413 `request_too_large` or 415 `unsupported_media_type`
 * @example
 * const { note } = await readBody(c, z.object({ note: z.string() }))
 */
export async function readBody<Schema extends z.ZodType>(
  c: Context<ServerEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = Buffer.from(await readBytes(c.req.raw, maxBytes)).toString('utf8')
  if (text !== '' && !isJson(c.req.raw)) {
    throw new Problem('unsupported_media_type', { detail: 'Send Content-Type: application/json.' })
  }
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new Problem('invalid_request', { detail: explain(parsed.error) })
}

/**
 * Reads the query of a URL.
 * @throws {Problem} 400 `invalid_request`
 */
export function readQuery<Schema extends z.ZodType>(
  c: Context<ServerEnv>,
  schema: Schema,
): z.output<Schema> {
  const given = c.req.query()
  if (Object.values(given).some(text => text.includes('\0'))) throw withNul()
  const query = schema.safeParse(given)
  if (query.success) return query.data
  throw new Problem('invalid_request', { detail: explain(query.error) })
}

/**
 * Reads a body of at most so many bytes. One that says it is larger is not read at all, and one that
 * turns out to be larger is read no further.
 * @throws {Problem} 413 `request_too_large`
 * @example
 * const picture = await readBytes(c.req.raw, 2 * 1024 * 1024)
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get('Content-Length')
  if (Number(declared) > maxBytes) throw new Problem('request_too_large')
  if (declared !== null) {
    // HTTP holds a body to what it has declared, and what is read whole takes a shorter way through Node.
    const bytes = new Uint8Array(await request.arrayBuffer())
    if (bytes.byteLength > maxBytes) throw new Problem('request_too_large')
    return bytes
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new Problem('request_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** PostgreSQL stores no NUL, and nobody's name has one. */
const withNul = () => new Problem('invalid_request', { detail: 'Texts must not contain U+0000.' })

function parseJson(text: string): unknown {
  if (text.includes('\\u0000')) throw withNul()
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    // The parser's own message quotes the body, which may hold a password.
    throw new Problem('invalid_request', { detail: 'The body is not valid JSON.' })
  }
}

/** Names the fields and what they must be, and never what they were. */
const explain = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ')
