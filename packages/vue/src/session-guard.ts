import type { SessionState } from '@tabkeeper/core'
import { returnPath } from '@tabkeeper/core/bindings'
import type { ReadableSession } from './use-session.ts'

/** What a guard looks at of a route. A route of vue-router is one. */
export interface GuardedRoute {
  readonly path: string
  readonly fullPath: string
  readonly meta: Readonly<Record<PropertyKey, unknown>>
  readonly query: Readonly<Record<string, unknown>>
}

export interface SessionGuardOptions {
  /** The path of the page that asks who is there. @default '/sign-in' */
  readonly signIn?: string
  /** Which other routes are for everybody. @default those with `meta: { public: true }` */
  readonly isPublic?: (to: GuardedRoute) => boolean
}

/** What a guard decides: to go on, or where to go instead. vue-router takes it as it is. */
export type GuardVerdict =
  | true
  | string
  | { readonly path: string; readonly query: { readonly returnTo: string } }

/**
 * Returns a guard for `router.beforeEach`: whoever is not signed in is led to the sign-in page, which
 * is left again for `returnTo`, a path of this app, by whoever is. It waits while the session is loading;
 * on a server, where that does not end, it lets everybody through, as nothing but the loading state is
 * rendered there.
 *
 * @example
 * ```ts
 * router.beforeEach(sessionGuard(session, { signIn: '/welcome' }))
 * ```
 */
export function sessionGuard(
  session: ReadableSession<unknown>,
  { signIn = '/sign-in', isPublic = to => to.meta.public === true }: SessionGuardOptions = {},
): (to: GuardedRoute) => Promise<GuardVerdict> {
  return async to => {
    const { status } = await settled(session)
    const asks = to.path === signIn
    if (status === 'authenticated') return asks ? returnPath(to.query.returnTo) : true
    return (
      status === 'loading' ||
      asks ||
      isPublic(to) || { path: signIn, query: { returnTo: to.fullPath } }
    )
  }
}

function settled(session: ReadableSession<unknown>): Promise<SessionState> {
  return new Promise(resolve => {
    const state = session.getState()
    if (state.status !== 'loading' || globalThis.document === undefined) return resolve(state)
    const stop = session.subscribe(next => {
      if (next.status === 'loading') return
      stop()
      resolve(next)
    })
  })
}
