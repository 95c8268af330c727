/** What the bar's server said no to, or that it said nothing at all (`unreachable`, `unreadable`). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** The problem document's `code`. */
  readonly code: string
  readonly status: number | undefined
  /** Milliseconds until another attempt makes sense, where the server said so. */
  readonly retryAfter: number | undefined

  constructor(
    code: string,
    message: string,
    answer: {
      readonly status?: number
      readonly retryAfter?: number
      readonly cause?: unknown
    } = {},
  ) {
    super(message, 'cause' in answer ? { cause: answer.cause } : undefined)
    this.code = code
    this.status = answer.status
    this.retryAfter = answer.retryAfter
  }
}

/** Returns the error that a refusal stands for; `body` may be anything at all. */
export function refusal(status: number, body: unknown, retryAfterHeader: unknown): ApiError {
  const seconds = Number(retryAfterHeader ?? Number.NaN)
  return new ApiError(
    textField(body, 'code') ?? 'refused',
    textField(body, 'detail') ?? textField(body, 'title') ?? `The server answered ${status}.`,
    { status, ...(Number.isFinite(seconds) && { retryAfter: seconds * 1000 }) },
  )
}

function textField(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null || !(name in body)) return undefined
  const value: unknown = Reflect.get(body, name)
  return typeof value === 'string' ? value : undefined
}
