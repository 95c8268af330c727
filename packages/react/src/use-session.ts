import type { Session, SessionState } from '@tabkeeper/core'
import { useCallback, useMemo, useSyncExternalStore } from 'react'

/** The part of a session that a component reads. Every `Session` is one. */
export type ReadableSession<User> = Pick<Session<User>, 'getState' | 'subscribe'>

/**
 * Returns the state of a session and renders again when it changes.
 *
 * On a server, and while its markup is hydrated, the state is always `{ status: 'loading' }`, so
 * both renders agree. Everywhere else it is the real state from the first render on.
 *
 * @param select Narrows the state to what the component shows; it renders again only when the result
 * changes (`Object.is`). Declare it outside the component, or inline: both are stable, because an
 * unchanged state is not selected from twice.
 *
 * @example
 * ```tsx
 * const auth = useSession(session)
 * if (auth.status === 'unauthenticated') return <SignIn reason={auth.reason} />
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
  // React compares snapshots by identity, also across repeated reads: each gets its own memory.
  const [getSnapshot, getServerSnapshot] = useMemo(() => {
    const current = remembering(select)
    const server = remembering(select)
    return [() => current(session.getState()), () => server(loading)]
  }, [session, select])
  return useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot)
}

const loading: SessionState<never> = { status: 'loading' }

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
