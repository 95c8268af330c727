/** Why a server could not start; `message` is one sentence for the person who started it. */
export type StartupErrorCode =
  | 'bad-setting'
  | 'data-folder-unwritable'
  | 'database-in-use'
  | 'database-unreachable'
  | 'keys-missing'
  | 'keys-unusable'
  | 'redis-unreachable'
  | 'port-in-use'
  | 'port-unavailable'

/**
 * The error with which opening a database, loading keys or listening fails. Commands print its
 * message and exit; the original failure is in `cause`.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError'
  readonly code: StartupErrorCode

  constructor(code: StartupErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
