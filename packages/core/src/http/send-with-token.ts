import type { Lease, TokenSource } from './token-source.ts'

/**
 * One request of a host library (fetch, axios, …) on its way: what {@link sendWithToken} needs to send
 * it, to judge what came back, and to send it once more.
 */
export interface Exchange<Answer> {
  /** The caller's own signal: it frees this caller from waiting, and nobody else. */
  readonly signal: AbortSignal | null | undefined

  /** Whether the request may wait for a token. Not so for the last words of a page that goes away. */
  readonly patient: boolean

  /** Whether the same bytes can be sent twice. Not so for a stream. */
  readonly replayable: boolean

  /** Puts the request on its way, with this token or, for `null`, without any. Called at most twice. */
  send(accessToken: string | null): Promise<Answer>

  /** Whether the answer says that the token is no good. */
  isRefused(answer: Answer): boolean | Promise<boolean>

  /** The answer inside what `send` rejected with, for hosts that reject for a 401; else `null`. */
  answerIn(failure: unknown): Answer | null

  /** Called with each wait: the place to bound it, and to copy what the caller may change meanwhile. */
  whileWaiting<T>(waiting: Promise<T>): Promise<T>

  /** Called with a refusal that nobody will see, so that its body does not stay unread. */
  discard(refusal: Answer): void

  /** Called when the last `send` has settled: what was kept for a replay can go. */
  release(): void
}

/**
 * Sends a request with the session's token, and once more with a newer one if the server refuses the
 * first. This is the whole algorithm, and all adapters share it:
 *
 * 1. Take a token, and wait only if the session says so. Nobody is signed in: send without one, and
 *    whatever comes back is the answer.
 * 2. Send. What is not a refusal is the answer.
 * 3. Refused: ask for a newer token of the same session. There is none: the refusal is the answer.
 *    The session is over or another one: its error is the answer.
 * 4. Send again. Whatever comes back now is the answer.
 *
 * A request that cannot be replayed ends with 2, but the session is told of the refusal, so that the
 * next request meets a fresh token.
 *
 * @example
 * ```ts
 * const answer = await sendWithToken<{ status: number }>(session, {
 *   signal: null,
 *   patient: true,
 *   replayable: true,
 *   send: accessToken => fetch('/menu', { headers: { Authorization: `Bearer ${accessToken}` } }),
 *   isRefused: ({ status }) => status === 401,
 *   answerIn: () => null,
 *   whileWaiting: waiting => waiting,
 *   discard() {},
 *   release() {},
 * })
 * ```
 */
export function sendWithToken<Answer>(
  source: TokenSource,
  exchange: Exchange<Answer>,
): Promise<Answer> {
  const lease = source.lease(exchange.signal)
  if (!isPromise(lease)) return sendWith(lease, source, exchange)
  if (exchange.patient) {
    return exchange.whileWaiting(lease).then(lease => sendWith(lease, source, exchange))
  }
  lease.catch(ignore)
  return sendOnce(exchange, null)
}

/** Not `async`: with a good token a request costs one promise more than its host needs anyway. */
function sendWith<Answer>(
  lease: Lease | null,
  source: TokenSource,
  exchange: Exchange<Answer>,
): Promise<Answer> {
  if (lease === null) return sendOnce(exchange, null)

  const sent = exchange.send(lease.accessToken)
  const judge = (answer: Answer | null, unchanged: Answer | Promise<Answer>) => {
    const refused = answer !== null && exchange.isRefused(answer)
    if (refused !== false) return replayIf(refused, lease, source, exchange, answer, sent)
    exchange.release()
    return unchanged
  }
  return sent.then(
    answer => judge(answer, answer),
    failure => judge(exchange.answerIn(failure), sent),
  )
}

async function replayIf<Answer>(
  refused: boolean | Promise<boolean>,
  lease: Lease,
  source: TokenSource,
  exchange: Exchange<Answer>,
  answer: Answer,
  sent: Promise<Answer>,
): Promise<Answer> {
  try {
    const newer = (await refused) ? await renew(lease, source, exchange, answer) : null
    if (newer === null) return await sent
    exchange.discard(answer)
    return await exchange.send(newer.accessToken)
  } finally {
    exchange.release()
  }
}

async function renew<Answer>(
  refused: Lease,
  source: TokenSource,
  exchange: Exchange<Answer>,
  refusal: Answer,
): Promise<Lease | null> {
  if (!exchange.replayable) {
    // This caller has its answer; a newer token, or none, is the next request's affair.
    source.renew(refused).catch(ignore)
    return null
  }
  try {
    return await exchange.whileWaiting(source.renew(refused, exchange.signal))
  } catch (error) {
    exchange.discard(refusal)
    throw error
  }
}

async function sendOnce<Answer>(
  exchange: Exchange<Answer>,
  accessToken: string | null,
): Promise<Answer> {
  try {
    return await exchange.send(accessToken)
  } finally {
    exchange.release()
  }
}

function ignore(): void {}

function isPromise<T extends object>(
  value: T | null | Promise<T | null>,
): value is Promise<T | null> {
  return value !== null && 'then' in value
}
