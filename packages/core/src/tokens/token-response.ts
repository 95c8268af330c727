import * as z from 'zod/mini'
import { orElse } from './or-else.ts'

/**
 * What a token endpoint answers (RFC 6749 §5.1), with the two members that a session's server adds.
 * `restEndpoint` reads it from the wire; `session.adopt` takes it from anywhere else.
 */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type?: string | undefined
  /** Seconds the access token lives, counted from receipt. Without it the token's own `exp − iat` counts. */
  readonly expires_in?: number | undefined
  /** Absent where the server does not rotate: the old one stays in use. */
  readonly refresh_token?: string | undefined
  readonly user?: unknown
  readonly session?: { readonly id: string } | undefined
}

// Visible ASCII only (RFC 6750 §2.1 allows less): nothing that could break a header line. The words
// are what `String()` makes of a mistake.
const MISTAKES = new Set(['undefined', 'null', 'NaN', 'true', 'false'])

/** Whether a string can be sent as a token at all. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) && !MISTAKES.has(value)
}

const token = z.string().check(z.refine(isToken))
// Some servers send it as text. What is no number at all is as good as absent.
const seconds = z
  .pipe(z.union([z.number(), z.string().check(z.minLength(1))]), z.transform(Number))
  .check(z.refine(Number.isFinite))
const response = z.object({
  access_token: token,
  token_type: z.optional(z.string()),
  expires_in: orElse(seconds, undefined),
  refresh_token: orElse(token, undefined),
  user: z.optional(z.unknown().check(z.refine(isJson))),
  session: orElse(z.object({ id: z.string().check(z.minLength(1)) }), undefined),
})

function isJson(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return true
  } catch {
    return false
  }
}

/** The answer of a token endpoint, or `null` where it has no usable access token, or a user that cannot be stored. */
export function parseTokenResponse(value: unknown): TokenResponse | null {
  const parsed = response.safeParse(value)
  return parsed.success ? parsed.data : null
}
