import * as z from 'zod/mini'
import { membersOf, nonEmpty, textOr } from './shapes.ts'

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

const response = z.object({ access_token: z.custom<string>(isToken) })
const session = z.object({ id: nonEmpty })

/** Some servers send it as text. What is no number at all is as good as absent. */
function toSeconds(value: unknown): number | undefined {
  const isText = typeof value === 'string' && value.trim() !== ''
  const seconds = isText || typeof value === 'number' ? Number(value) : Number.NaN
  return Number.isFinite(seconds) ? seconds : undefined
}

function isJson(value: unknown): boolean {
  try {
    return value === undefined || JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}

/** The answer of a token endpoint, or `null` where it has no usable access token, or a user that cannot be stored. */
export function parseTokenResponse(value: unknown): TokenResponse | null {
  const { data } = response.safeParse(value)
  const { token_type, expires_in, refresh_token, user, session: about } = membersOf(value)
  if (data === undefined || !isJson(user)) return null
  // One of the others that is strange is as good as absent.
  return {
    ...data,
    token_type: textOr(token_type, undefined),
    expires_in: toSeconds(expires_in),
    refresh_token: isToken(refresh_token) ? refresh_token : undefined,
    user,
    session: session.safeParse(about).data,
  }
}
