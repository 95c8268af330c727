import type { Session, SignOutReason } from '@tabkeeper/core'

/** The servers of this package, and anything else that counts so. */
export interface CountsRefreshes {
  readonly counts: { readonly refreshes: number }
}

interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/** What vitest's own matchers know, as far as it is used here. */
interface Utils {
  readonly equals: (a: unknown, b: unknown) => boolean
  readonly utils: { readonly stringify: (value: unknown) => string }
}

/**
 * Matchers for `expect.extend`: a session that is signed in (as whom) or out (why), a server that was
 * asked for so many refreshes, a request that carries no token.
 *
 * @example
 * ```ts
 * import { createTestSession } from '@tabkeeper/testing'
 * import { expect } from 'vitest'
 *
 * expect.extend(sessionMatchers)
 * const { session, server } = await createTestSession({ is: 'unauthenticated', reason: 'expired' })
 * expect(session).toBeSignedOut('expired')
 * expect(server).toHaveRefreshed(1)
 * ```
 */
export const sessionMatchers = {
  toBeSignedIn(this: Utils, session: Pick<Session, 'getState'>, user?: unknown): Verdict {
    const state = session.getState()
    const isIn = state.status === 'authenticated'
    const pass = isIn && (user === undefined || this.equals(state.user, user))
    const who = user === undefined ? '' : ` as ${this.utils.stringify(user)}`
    return verdict(pass, `signed in${who}`, this.utils.stringify(state))
  },

  toBeSignedOut(this: Utils, session: Pick<Session, 'getState'>, reason?: SignOutReason): Verdict {
    const state = session.getState()
    const isOut = state.status === 'unauthenticated'
    const pass = isOut && (reason === undefined || state.reason === reason)
    const why = reason === undefined ? '' : ` with the reason '${reason}'`
    return verdict(pass, `signed out${why}`, this.utils.stringify(state))
  },

  toHaveRefreshed(this: Utils, server: CountsRefreshes, times: number): Verdict {
    const { refreshes } = server.counts
    return verdict(refreshes === times, `asked for ${times} refreshes`, `${refreshes} were made`)
  },

  /** A token shows in no message: it would stand in the log of a failed test. */
  toCarryNoToken(this: Utils, sent: Pick<Request, 'headers'>): Verdict {
    const carries = sent.headers.has('Authorization')
    return verdict(
      !carries,
      'sent without a token',
      `Authorization ${carries ? 'is' : 'is not'} set`,
    )
  },
}

function verdict(pass: boolean, wanted: string, found: string): Verdict {
  return { pass, message: () => `expected it ${pass ? 'not ' : ''}to be ${wanted}; ${found}` }
}
