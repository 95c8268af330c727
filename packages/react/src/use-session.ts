import type { Session, SessionState } from '@tabkeeper/core'
import { isSame } from '@tabkeeper/core/bindings'
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'

/** The part of a session that a component reads. Every `Session` is one. */
export type ReadableSession<User> = Pick<Session<User>, 'getState' | 'subscribe'>

/**
 * Returns the state of a session and renders again when it changes.
 *
 * On a server, and while its markup is hydrated, the state is always `{ status: 'loading' }`, so
 * both renders agree. Everywhere else it is the real state from the first render on.
 *
 * @param select Narrows the state to what the component shows; it renders again only when the result
 * changes. A plain object or array is compared by its members, everything else by `Object.is`, so the
 * function may be written inline and make a new object each time.
 *
 * @example
 * ```tsx
 * function Door() {
 *   const auth = useSession(session)
 *   return auth.status === 'unauthenticated' ? <SignIn reason={auth.reason} /> : <Orders />
 * }
 * ```
 *
 * @example
 * ```tsx
 * const signedIn = useSession(session, state => state.status === 'authenticated')
 * ```
 */
export function useSession<User>(session: ReadableSession<User>): SessionState<User>
export function useSession<User, Selected>(
  session: ReadableSession<User>,
  select: (state: SessionState<User>) => Selected,
): Selected
export function useSession<User>(
  session: ReadableSession<User>,
  select: (state: SessionState<User>) => unknown = whole,
): unknown {
  const subscribe = useCallback((changed: () => void) => session.subscribe(changed), [session])
  // What is on the screen: a selection that looks the same is this very object.
  const shown = useRef<unknown>(undefined)
  // React compares snapshots by identity, also across repeated reads: each gets its own memory.
  const [getSnapshot, getServerSnapshot] = useMemo(() => {
    const stable = (state: SessionState<User>) => {
      const next = select(state)
      return isSame(shown.current, next) ? shown.current : next
    }
    const current = remembering(stable)
    const server = remembering(stable)
    return [() => current(session.getState()), () => server(LOADING)]
  }, [session, select])
  const selected = useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot)
  useEffect(() => {
    shown.current = selected
  })
  return selected
}

const LOADING: SessionState<never> = { status: 'loading' }

const whole = <State>(state: State): State => state

/** Returns `select` with a memory of one: the same argument gives the same result. */
function remembering<Argument extends object, Result>(
  select: (argument: Argument) => Result,
): (argument: Argument) => Result {
  let last: { readonly argument: Argument; readonly result: Result } | undefined
  return argument => {
    if (last?.argument !== argument) last = { argument, result: select(argument) }
    return last.result
  }
}
