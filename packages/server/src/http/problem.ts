import { note } from '../observe/request-scope.ts'
import type { Transport } from '../sessions/client-policy.ts'

/**
 * Every problem document (RFC 9457) of the server. `code` is what clients branch on and never
 * changes its meaning; `error` is the same in the vocabulary of OAuth.
 */
const catalogue = {
  invalid_request: [400, 'The request is not understood', 'invalid_request'],
  invalid_credentials: [401, 'The address or the password is wrong', 'invalid_grant'],
  not_authenticated: [401, 'Sign in first', 'invalid_token'],
  invalid_access_token: [401, 'The access token is not valid', 'invalid_token'],
  invalid_refresh_token: [401, 'The refresh token is not valid', 'invalid_grant'],
  refresh_token_reused: [401, 'The session ended because an old token was used', 'invalid_grant'],
  session_expired: [401, 'The session has expired', 'invalid_grant'],
  session_revoked: [401, 'The session has ended', 'invalid_grant'],
  account_disabled: [401, 'The account is disabled', 'invalid_grant'],
  insufficient_user_authentication: [
    401,
    'This needs the password again',
    'insufficient_user_authentication',
  ],
  csrf_rejected: [403, 'Another page may have sent this', 'access_denied'],
  forbidden: [403, 'This account may not do that', 'access_denied'],
  session_limit: [403, 'This account is signed in on too many devices', 'access_denied'],
  not_found: [404, 'There is nothing here', 'invalid_request'],
  tenant_not_found: [404, 'There is nobody here', 'invalid_request'],
  user_not_found: [404, 'There is no such user', 'invalid_request'],
  session_not_found: [404, 'There is no such session', 'invalid_request'],
  method_not_allowed: [405, 'This method is not offered here', 'invalid_request'],
  email_taken: [409, 'This address already has an account', 'invalid_request'],
  request_too_large: [413, 'The request is too large', 'invalid_request'],
  unsupported_media_type: [415, 'The request must be JSON', 'invalid_request'],
  misdirected_request: [421, 'This server is not known by that name', 'invalid_request'],
  password_rejected: [422, 'Choose another password', 'invalid_request'],
  rate_limited: [429, 'Too many attempts, wait a little', 'temporarily_unavailable'],
  too_many_streams: [429, 'This session has enough streams open', 'temporarily_unavailable'],
  internal_error: [500, 'Something went wrong', 'server_error'],
  temporarily_unavailable: [503, 'Try again in a moment', 'temporarily_unavailable'],
} as const satisfies Record<string, readonly [status: number, title: string, error: string]>

export type ProblemCode = keyof typeof catalogue

export const problemStatus = (code: ProblemCode): number => catalogue[code][0]

export const problemTitle = (code: ProblemCode): string => catalogue[code][1]

export interface ProblemDetails {
  /** About this occurrence, for a person. */
  readonly detail?: string
  /** Why a session ended, as its row says: `logout`, `reuse_detected`, … */
  readonly reason?: string
  readonly reasons?: readonly string[]
  /** Seconds within which the password must have been given (RFC 9470). */
  readonly maxAge?: number
  /** Seconds to wait before trying again. */
  readonly retryAfter?: number
  readonly allow?: readonly string[]
  /** The scheme of the challenge in a 401; `Session` for one who signs in by cookie. @default 'Bearer' */
  readonly scheme?: 'Bearer' | 'Session'
  /** A `Set-Cookie` that takes a useless cookie away. */
  readonly setCookie?: string
}

/** `Session` is registered nowhere, so that no browser shows a dialog for it. */
export const schemeOf = (transport: Transport): 'Bearer' | 'Session' =>
  transport === 'cookie' ? 'Session' : 'Bearer'

/** A refusal on its way to the client. Thrown by handlers, answered by `toResponse`. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly details: ProblemDetails

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? catalogue[code][1])
    this.code = code
    this.details = details
  }

  toResponse(requestId: string): Response {
    const [status, title, error] = catalogue[this.code]
    note({ code: this.code })
    const { maxAge, retryAfter, allow, scheme = 'Bearer', setCookie, ...members } = this.details
    return problemResponse(
      {
        status,
        title,
        code: this.code,
        error,
        ...members,
        ...(maxAge !== undefined && { max_age: maxAge }),
      },
      requestId,
      {
        ...(status === 401 && { 'WWW-Authenticate': challenge(scheme, this.code, title, maxAge) }),
        ...((status === 429 || status === 503) && { 'Retry-After': String(retryAfter ?? 1) }),
        ...(allow && { Allow: allow.join(', ') }),
        ...(setCookie && { 'Set-Cookie': setCookie }),
      },
    )
  }
}

export interface ProblemDocument {
  readonly status: number
  readonly title: string
  readonly code: string
  readonly detail?: string
  readonly error?: string
  readonly [member: string]: unknown
}

/**
 * Returns a problem document as a response: for an API behind the server that has codes of its own.
 *
 * @example
 * const response = problemResponse({ status: 404, title: 'No such order', code: 'order_not_found' }, requestId)
 */
export function problemResponse(
  { status, title, code, error = 'invalid_request', ...members }: ProblemDocument,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const document = {
    type: `urn:tabkeeper:problem:${code.replaceAll('_', '-')}`,
    title,
    status,
    code,
    ...members,
    error,
    error_description: members.detail ?? title,
    instance: `urn:request:${requestId}`,
  }
  return new Response(JSON.stringify(document), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  })
}

/** RFC 6750 §3: a request that brought no token is told the scheme, and no error. */
function challenge(
  scheme: string,
  code: ProblemCode,
  title: string,
  maxAge: number | undefined,
): string {
  const realm = `${scheme} realm="tabkeeper"`
  if (code === 'not_authenticated' || code === 'invalid_credentials') return realm
  if (code === 'insufficient_user_authentication') {
    return `${realm}, error="${code}", error_description="${title}", max_age="${maxAge}"`
  }
  return `${realm}, error="invalid_token", error_description="${title}"`
}
