import type { Refusal } from './refusal.ts'
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

  /**
   * Puts the request on its way, with this token or, for `null`, without any. Called at most three
   * times: first, after a refresh, and after a step-up.
   */
  send(accessToken: string | null): Promise<Answer>

  /** What the answer says against the token, or the sign-in behind it; `null` for nothing. */
  refusalIn(answer: Answer): Refusal | null | Promise<Refusal | null>

  /** The answer inside what `send` rejected with, for hosts that reject for a 401; else `null`. */
  answerIn(failure: unknown): Answer | null

  /**
   * Called with each wait: the place to bound it, and to copy what the caller may change meanwhile. A
   * person takes as long as they take: no time-out of the host applies while the user is asked.
   */
  whileWaiting<T>(waiting: Promise<T>, on: 'refresh' | 'user'): Promise<T>

  /** Called with an answer that nobody will see, so that its body does not stay unread. */
  discard(answer: Answer): void

  /** Called when the last `send` has settled: what was kept for a replay can go. */
  release(): void
}

/**
 * Sends a request with the session's token, and once more with a newer one if the server refuses the
 * first, and once more if it asks for a step-up and the user agrees. This is the whole algorithm, and all adapters share it:
 *
 * 1. Take a token, and wait only if the session says so. Nobody is signed in: send without one, and
 *    whatever comes back is the answer.
 * 2. Send. What is not a refusal is the answer.
 * 3. Refused: ask for a newer token of the same session. There is none: the refusal is the answer.
 *    The session is over or another one: its error is the answer.
 * 4. Send again. If a more recent sign-in is asked for, now or in 2, the user is. Nobody can be: the
 *    refusal is the answer. The user would rather not: that error is the answer.
 * 5. Send again. Whatever comes back now is the answer.
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
 *   refusalIn: ({ status }) => (status === 401 ? { is: 'token' } : null),
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
    return exchange.whileWaiting(lease, 'refresh').then(lease => sendWith(lease, source, exchange))
  }
  lease.catch(ignore)
  return sendWith(source.held(), source, exchange)
}

/** Not `async`: with a good token a request costs one promise more than its host needs anyway. */
function sendWith<Answer>(
  lease: Lease | null,
  source: TokenSource,
  exchange: Exchange<Answer>,
): Promise<Answer> {
  if (lease === null) return sendOnce(exchange, null)

  const sent = sendFirst(lease, exchange)
  const judge = (answer: Answer | null, unchanged: Answer | Promise<Answer>) => {
    const refusal = answer === null ? null : exchange.refusalIn(answer)
    if (answer !== null && refusal !== null)
      return replayIf(refusal, { lease, answer, sent }, source, exchange)
    exchange.release()
    return unchanged
  }
  return sent.then(
    answer => judge(answer, answer),
    failure => judge(exchange.answerIn(failure), sent),
  )
}

function sendFirst<Answer>(lease: Lease, exchange: Exchange<Answer>): Promise<Answer> {
  try {
    return exchange.send(lease.accessToken)
  } catch (error) {
    exchange.release()
    throw error
  }
}

/** A request that was sent and refused. */
interface Attempt<Answer> {
  readonly lease: Lease
  readonly answer: Answer
  readonly sent: Promise<Answer>
}

async function replayIf<Answer>(
  judging: Refusal | null | Promise<Refusal | null>,
  first: Attempt<Answer>,
  source: TokenSource,
  exchange: Exchange<Answer>,
): Promise<Answer> {
  try {
    const refusal = await orDiscard(judging, first, exchange)
    if (refusal === null) return await first.sent
    if (refusal.is === 'step-up') return await afterStepUp(refusal, first, source, exchange)

    const lease = await renew(first, source, exchange)
    if (lease === null) return await first.sent
    const sent = sendAgain(lease, first, exchange)
    const answer = await sent.catch(failure => exchange.answerIn(failure))
    if (answer === null) return await sent
    const second = { lease, answer, sent }
    const next = await orDiscard(exchange.refusalIn(answer), second, exchange)
    if (next?.is !== 'step-up') return await sent
    return await afterStepUp(next, second, source, exchange)
  } finally {
    exchange.release()
  }
}

async function renew<Answer>(
  refused: Attempt<Answer>,
  source: TokenSource,
  exchange: Exchange<Answer>,
): Promise<Lease | null> {
  if (!exchange.replayable) {
    // This caller has its answer; a newer token, or none, is the next request's affair.
    source.renew(refused.lease).catch(ignore)
    return null
  }
  const renewing = source.renew(refused.lease, exchange.signal)
  return orDiscard(exchange.whileWaiting(renewing, 'refresh'), refused, exchange)
}

/** Asks the user, where that may help, and sends again. */
async function afterStepUp<Answer>(
  { challenge }: Extract<Refusal, { is: 'step-up' }>,
  refused: Attempt<Answer>,
  source: TokenSource,
  exchange: Exchange<Answer>,
): Promise<Answer> {
  if (!exchange.replayable) return refused.sent
  const asking = source.stepUp(refused.lease, challenge, exchange.signal)
  const lease = await orDiscard(exchange.whileWaiting(asking, 'user'), refused, exchange)
  return lease === null ? refused.sent : sendAgain(lease, refused, exchange)
}

function sendAgain<Answer>(
  lease: Lease,
  { answer }: Attempt<Answer>,
  exchange: Exchange<Answer>,
): Promise<Answer> {
  exchange.discard(answer)
  return exchange.send(lease.accessToken)
}

/** Where an error takes the place of the answer, nobody will see that. */
async function orDiscard<T, Answer>(
  waiting: T | Promise<T>,
  { answer }: Attempt<Answer>,
  exchange: Exchange<Answer>,
): Promise<T> {
  try {
    return await waiting
  } catch (error) {
    exchange.discard(answer)
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
