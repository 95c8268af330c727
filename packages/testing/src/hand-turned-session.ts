import type { SessionState } from '@tabkeeper/core'

/** What a binding sees of a session, with a hand that changes the state. */
export interface HandTurnedSession<User> {
  readonly listeners: ReadonlySet<(state: SessionState<User>) => void>
  getState(): SessionState<User>
  subscribe(listener: (state: SessionState<User>) => void): () => void
  /** Changes the state and tells everybody. */
  become(next: SessionState<User>): void
}

/**
 * Returns a session whose state is whatever it is told to become: for tests of what shows a session.
 *
 * @example
 * ```ts
 * const session = handTurnedSession({ status: 'loading' })
 * session.become({ status: 'unauthenticated', reason: 'expired' })
 * ```
 */
export function handTurnedSession<User>(initial: SessionState<User>): HandTurnedSession<User> {
  let state = initial
  const listeners = new Set<(state: SessionState<User>) => void>()
  return {
    listeners,
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    become(next) {
      state = next
      for (const listener of listeners) listener(next)
    },
  }
}
