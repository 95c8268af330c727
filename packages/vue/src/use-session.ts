import type { Session, SessionState } from '@tabkeeper/core'
import { isSame } from '@tabkeeper/core/bindings'
import { type ComputedRef, computed } from 'vue'
import { useStore } from './use-store.ts'

/** The part of a session that a component reads. Every `Session` is one. */
export type ReadableSession<User> = Pick<Session<User>, 'getState' | 'subscribe'>

/**
 * Returns the state of a session as a readonly ref. Neither the session nor its state is made
 * reactive in depth: the ref holds the very objects that the session hands out.
 *
 * It stops following when its owner ends: the component, or the effect scope it was called in.
 * On a server, and while its markup is hydrated, the state is `{ status: 'loading' }`, so both
 * renders agree. Everywhere else it is the real state from the first render on.
 *
 * @param select Narrows the state; whoever reads the ref is updated only when the result changes. A plain
 * object or array is compared by its members, everything else by `Object.is`. May read other refs.
 *
 * @example
 * ```ts
 * import { watchEffect } from 'vue'
 *
 * const auth = useSession(session)
 * watchEffect(() => {
 *   if (auth.value.status === 'unauthenticated') router.push('/sign-in')
 * })
 * ```
 *
 * @example
 * ```ts
 * const signedIn = useSession(session, state => state.status === 'authenticated')
 * ```
 */
export function useSession<User>(session: ReadableSession<User>): ComputedRef<SessionState<User>>
export function useSession<User, Selected>(
  session: ReadableSession<User>,
  select: (state: SessionState<User>) => Selected,
): ComputedRef<Selected>
export function useSession<User>(
  session: ReadableSession<User>,
  select: (state: SessionState<User>) => unknown = whole,
): ComputedRef<unknown> {
  const state = useStore<SessionState<User>>(session, LOADING)
  return computed(last => {
    const next = select(state.value)
    return isSame(last, next) ? last : next
  })
}

const LOADING: SessionState<never> = { status: 'loading' }

const whole = <State>(state: State): State => state
