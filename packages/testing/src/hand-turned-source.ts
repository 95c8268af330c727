import { SessionError, type SessionErrorCode } from '@tabkeeper/core'
import type { Lease, TokenSource } from '@tabkeeper/core/http'

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
  readonly is: 'fresh' | 'good' | 'over'
}

/**
 * Returns a session that is signed in with `accessToken`, or not signed in, and allows `origins`. It keeps
 * what {@link TokenSource} promises as a real session does; only the moment of each answer is the test's.
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
): HandTurnedSource {
  const sessionOf = new WeakMap<Lease, object>()
  const waiters = new Set<Waiter>()
  let held: Held | null = null
  let isRefreshing = false
  let refreshes = 0

  const hold = (accessToken: string, session: object, is: Held['is']) => {
    const lease = Object.freeze({ accessToken })
    sessionOf.set(lease, session)
    held = { lease, session, is }
    return lease
  }

  /** Joins the refresh that is running, or starts one. */
  const wait = (signal: AbortSignal | null | undefined): Promise<Lease> => {
    if (!isRefreshing) refreshes++
    isRefreshing = true
    if (signal?.aborted) return Promise.reject(signal.reason)

    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject }
      waiters.add(waiter)
      signal?.addEventListener('abort', () => {
        if (waiters.delete(waiter)) reject(signal.reason)
      })
    })
  }

  const end = (settle: (waiter: Waiter) => void) => {
    isRefreshing = false
    for (const waiter of waiters) settle(waiter)
    waiters.clear()
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
      return held.is === 'over' ? wait(signal) : held.lease
    },
    async renew(refused, signal) {
      if (held === null) throw new SessionError('session-ended', 'the session is over')
      if (sessionOf.get(refused) !== held.session) {
        throw new SessionError('session-changed', 'the request belongs to another session')
      }
      if (held.is === 'over') return wait(signal)
      if (refused !== held.lease) return held.lease
      if (held.is === 'fresh') return null
      held = { ...held, is: 'over' }
      return wait(signal)
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
