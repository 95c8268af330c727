import type { Session, SessionState } from '@tabkeeper/core'

/** The same session, which shows nothing yet, and the hand that ends this. */
export interface ShownAsLoading<User> {
  readonly session: Session<User>
  readonly release: () => void
}

/**
 * Returns `session` as a page sees it that a server has rendered: `loading`, until it is released. In a
 * browser a session has read its storage before anybody can look.
 */
export function shownAsLoading<User>(session: Session<User>): ShownAsLoading<User> {
  let isReleased = false
  const listeners = new Set<(state: SessionState<User>) => void>()

  return {
    session: {
      ...session,
      getState: () => (isReleased ? session.getState() : LOADING),
      subscribe(listener) {
        listeners.add(listener)
        const stop = session.subscribe(state => {
          if (isReleased) listener(state)
        })
        return () => {
          listeners.delete(listener)
          stop()
        }
      },
    },
    release() {
      if (isReleased) return
      isReleased = true
      for (const listener of listeners) listener(session.getState())
    },
  }
}

const LOADING = { status: 'loading' } as const
