import { SessionError, type SessionErrorCode } from '@tabkeeper/core'
import type { Lease, StepUpChallenge, TokenSource } from '@tabkeeper/core/http'

/** A session whose refresh is answered by the test, when the test says so. */
export interface HandTurnedSource extends TokenSource {
  /** How many refreshes have begun. */
  readonly refreshes: number
  /** How many requests wait for the one that is running. */
  readonly waiting: number
  /** The held token runs out: the next request starts a refresh and waits. */
  expire(): void
  /** Answers the refresh with a token. It is fresh, a 401 is not its fault, until `age` is called. */
  grant(accessToken: string): void
  /** Answers the refresh with a refusal: the session is over. */
  deny(): void
  /** The refresh ends without a verdict. */
  lose(): void
  /** Time passes: a 401 may be the held token's fault again. */
  age(): void
  /** What the user was asked for (RFC 9470), question by question. */
  readonly questions: readonly StepUpChallenge[]
  /** From now on there is a user to ask; before, nobody is. */
  seatUser(): void
  /** The user proves who they are, and a token comes of it. */
  confirm(accessToken: string): void
  /** The user would rather not. */
  cancel(): void
  signIn(accessToken: string): void
  signOut(): void
}

interface Waiter {
  resolve(lease: Lease): void
  reject(error: unknown): void
}

interface Held {
  readonly lease: Lease
  /** Tells one sign-in from the next. */
  readonly session: object
  readonly is: 'fresh' | 'good' | 'over' | 'refused'
}

/**
 * Returns a session that is signed in with `accessToken`, or not signed in, and allows `origins`. It keeps
 * what {@link TokenSource} promises as a real session does; only the moment of each answer is the test's.
 * `changed` is called when there is more or less that waits.
 *
 * @example
 * ```ts
 * const source = createHandTurnedSource('T0', ['https://api.example'])
 * source.expire()
 * const lease = source.lease() // a promise
 * source.grant('T1') // now it fulfils
 * ```
 */
export function createHandTurnedSource(
  accessToken: string | null,
  origins: readonly string[],
  changed: () => void = () => {},
): HandTurnedSource {
  const sessionOf = new WeakMap<Lease, object>()
  const waiters = new Set<Waiter>()
  let held: Held | null = null
  let isRefreshing = false
  let refreshes = 0
  let isUserThere = false
  const questions: StepUpChallenge[] = []
  const asking = new Set<Waiter>()

  const hold = (accessToken: string, session: object, is: Held['is']) => {
    const lease = Object.freeze({ accessToken })
    sessionOf.set(lease, session)
    held = { lease, session, is }
    return lease
  }

  const waitAmong = (among: Set<Waiter>, signal: AbortSignal | null | undefined) => {
    if (signal?.aborted) return Promise.reject(signal.reason)

    return new Promise<Lease>((resolve, reject) => {
      const waiter = { resolve, reject }
      among.add(waiter)
      changed()
      signal?.addEventListener('abort', () => {
        if (!among.delete(waiter)) return
        changed()
        reject(signal.reason)
      })
    })
  }
  /** Joins the refresh that is running, or starts one. */
  const wait = (signal: AbortSignal | null | undefined): Promise<Lease> => {
    if (!isRefreshing) refreshes++
    isRefreshing = true
    changed()
    return waitAmong(waiters, signal)
  }

  const settle = (among: Set<Waiter>, how: (waiter: Waiter) => void) => {
    for (const waiter of among) how(waiter)
    among.clear()
    changed()
  }
  const end = (how: (waiter: Waiter) => void) => {
    isRefreshing = false
    settle(waiters, how)
  }
  const fail = (code: SessionErrorCode) => {
    const error = new SessionError(code, `by the test's hand: ${code}`)
    end(waiter => waiter.reject(error))
  }

  if (accessToken !== null) hold(accessToken, {}, 'good')

  return {
    get refreshes() {
      return refreshes
    },
    get waiting() {
      return waiters.size
    },

    allows: origin => origins.includes(origin),
    lease(signal) {
      if (held === null) return null
      return held.is === 'over' || held.is === 'refused' ? wait(signal) : held.lease
    },
    held: () => (held === null || held.is === 'refused' ? null : held.lease),
    async stepUp(_, challenge, signal) {
      if (!isUserThere) return null
      questions.push(challenge)
      return waitAmong(asking, signal)
    },
    async renew(refused, signal) {
      if (held === null || sessionOf.get(refused) !== held.session) return null
      if (held.is === 'over' || held.is === 'refused') return wait(signal)
      if (refused !== held.lease) return held.lease
      if (held.is === 'fresh') return null
      held = { ...held, is: 'refused' }
      return wait(signal)
    },
    questions,
    seatUser() {
      isUserThere = true
    },
    confirm(accessToken) {
      if (!held || asking.size === 0) throw new Error('the user was not asked')
      const lease = hold(accessToken, held.session, 'good')
      settle(asking, waiter => waiter.resolve(lease))
    },
    cancel() {
      const error = new SessionError('step-up-cancelled', 'by the test’s hand')
      settle(asking, waiter => waiter.reject(error))
    },

    expire() {
      if (held) held = { ...held, is: 'over' }
    },
    age() {
      if (held) held = { ...held, is: 'good' }
    },
    grant(accessToken) {
      if (!held || !isRefreshing) throw new Error('no refresh is running')
      const lease = hold(accessToken, held.session, 'fresh')
      end(waiter => waiter.resolve(lease))
    },
    deny() {
      held = null
      fail('session-ended')
    },
    lose: () => fail('unreachable'),
    signIn(accessToken) {
      hold(accessToken, {}, 'good')
      fail('session-changed')
    },
    signOut() {
      held = null
      fail('session-ended')
    },
  }
}
