import type { Context } from 'hono'
import type { z } from 'zod'
import type { ServerEnv } from './api-headers.ts'
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
  const text = await readText(c.req.raw)
  const type = c.req.header('Content-Type') ?? ''
  if (text !== '' && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem('unsupported_media_type', { detail: 'Send Content-Type: application/json.' })
  }
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new Problem('invalid_request', { detail: explain(parsed.error) })
}

/** Stops at the limit, whatever the request says about its length. */
async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('Content-Length')) > maxBytes)
    throw new Problem('request_too_large')
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new Problem('request_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    // The parser's own message quotes the body, which may hold a password.
    throw new Problem('invalid_request', { detail: 'The body is not valid JSON.' })
  }
}

/** Names the fields and what they must be, and never what they were. */
export const explain = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ')
