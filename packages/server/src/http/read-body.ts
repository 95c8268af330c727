import type { Context } from 'hono'
import type { z } from 'zod'
import type { ServerEnv } from './api-headers.ts'
import { Problem } from './problem.ts'

/**
 * Reads a JSON body of the given shape; no body at all is read as `{}`.
 * @throws {Problem} 400 `invalid_request` or 415 `unsupported_media_type`
 */
export async function readBody<Schema extends z.ZodType>(
  c: Context<ServerEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await c.req.text()
  const type = c.req.header('Content-Type') ?? ''
  if (text !== '' && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem('unsupported_media_type', { detail: 'Send Content-Type: application/json.' })
  }
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new Problem('invalid_request', { detail: explain(parsed.error) })
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
