import { createSession, memoryArea, type Session } from '@tabkeeper/core'
import { onTestFinished, vi } from 'vitest'

/** A session whose server gives `T1`, `T2` … until it is told to say something else. */
export interface Rotating {
  readonly session: Session
  /** Makes the next refreshes fail: for good, or because the server cannot be reached. */
  answer: 'granted' | 'denied' | 'unreachable'
  readonly refreshes: number
}

/** A session that is signed in with `T0`, for so many more milliseconds, at one origin. */
export function openRotating(origin: string, life = 3_600_000): Rotating {
  let refreshes = 0
  const rotating: Omit<Rotating, 'session'> = {
    answer: 'granted',
    get refreshes() {
      return refreshes
    },
  }
  const never = () => Promise.reject(new Error('not in these tests'))
  const session = createSession({
    app: 'bartender',
    storage: memoryArea(),
    allowedOrigins: [origin],
    endpoint: {
      login: never,
      register: never,
      revokeAll: never,
      listSessions: never,
      revokeSession: never,
      revoke: async () => true,
      async refresh() {
        if (rotating.answer === 'denied') return { is: 'denied', reason: 'revoked' }
        if (rotating.answer === 'unreachable')
          return { is: 'unreachable', retryAfter: 1, cause: null }
        return { is: 'granted', tokens: tokensOf(++refreshes, 3_600_000) }
      },
    },
  })
  onTestFinished(() => session.dispose())
  session.adopt(tokensOf(0, life))
  return Object.assign(rotating, { session })
}

function tokensOf(generation: number, life: number) {
  return {
    access_token: `T${generation}`,
    refresh_token: `R${generation}`,
    expires_in: life / 1000,
    session: { id: 'evening' },
  }
}

/** Time passes for the session's clock, and for no timer. */
export function pass(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
  onTestFinished(() => void vi.useRealTimers())
}
