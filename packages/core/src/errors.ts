/**
 * What went wrong, as a word that callers may branch on. The set is closed: a new one is a new
 * minor version.
 *
 * - `signed-out`: a token was asked for and nobody is signed in.
 * - `session-ended`: the session that the caller belonged to ended while the caller waited.
 * - `session-changed`: somebody else (or the same person again) signed in while the caller waited.
 * - `step-up-cancelled`: the server asked for a more recent sign-in, and `onStepUp` came to nothing.
 * - `too-many-waiting`: as many requests as `maxWaiting` allows waited already.
 * - `unreachable`: the authorization server gave no verdict: no network, a time-out, a 5xx, a proxy's page.
 * - `invalid-credentials`: the user name or the password is wrong.
 * - `rejected`: the server refused the call for a reason of its own; `serverCode` says which.
 * - `disposed`: the session object was disposed of.
 */
export type SessionErrorCode =
  | 'signed-out'
  | 'session-ended'
  | 'session-changed'
  | 'step-up-cancelled'
  | 'too-many-waiting'
  | 'unreachable'
  | 'invalid-credentials'
  | 'rejected'
  | 'disposed'

export interface SessionErrorOptions {
  readonly cause?: unknown
  /** HTTP status of the answer, where there was one. */
  readonly status?: number
  /** The server's own `code` (RFC 9457 extension member), where there was one. */
  readonly serverCode?: string
  /** What was wrong in particular, in the server's words. */
  readonly reasons?: readonly string[]
  /** Milliseconds until another attempt makes sense, where that is known. */
  readonly retryAfter?: number
}

/** The one error class of the SDK. Branch on `code`; a message never contains a token. */
export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: SessionErrorCode
  /** Whether the same call may succeed later without anybody signing in. */
  readonly retryable: boolean
  readonly status: number | undefined
  readonly serverCode: string | undefined
  /**
   * What was wrong in particular: the words in `reasons` of the server's answer, such as `too_short` with the
   * `serverCode` `password_rejected`. Empty where it said none. Its prose (`title`, `detail`) is not here,
   * because that may repeat what was sent.
   */
  readonly reasons: readonly string[]
  readonly retryAfter: number | undefined

  constructor(code: SessionErrorCode, message: string, options: SessionErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retryable = code === 'unreachable' || code === 'too-many-waiting'
    this.status = options.status
    this.serverCode = options.serverCode
    this.reasons = options.reasons ?? []
    this.retryAfter = options.retryAfter
  }
}

/**
 * Tells whether something caught is a {@link SessionError}, also one that was made by another copy
 * of this package.
 *
 * @example
 * ```ts
 * try {
 *   await session.login({ email, password })
 * } catch (error) {
 *   if (isSessionError(error) && error.code === 'invalid-credentials') showWrongPassword()
 *   else throw error
 * }
 * ```
 */
export function isSessionError(value: unknown): value is SessionError {
  return value instanceof Error && value.name === 'SessionError' && 'code' in value
}

export function disposed(): SessionError {
  return new SessionError(
    'disposed',
    'The session object was disposed of; make a new one with createSession.',
  )
}

export function signedOut(): SessionError {
  return new SessionError('signed-out', 'Nobody is signed in; call login() first.')
}

/** Of a sign-in. `isSignedIn`: it was a later one that overtook it, and no sign-out. */
export function overtaken(isSignedIn: boolean): SessionError {
  return new SessionError(
    isSignedIn ? 'session-changed' : 'session-ended',
    'Somebody signed in or out while the server was asked; what came of this sign-in was given back.',
  )
}
