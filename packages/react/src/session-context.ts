import type { Session, SessionState } from '@tabkeeper/core'
import { createContext, createElement, type ReactNode, useContext } from 'react'
import { useSession } from './use-session.ts'

export interface SessionContext<User> {
  /** Puts another session in the place of the first, for what is below: in a test, or on a server. */
  SessionProvider(props: {
    readonly session: Session<User>
    readonly children?: ReactNode
  }): ReactNode
  /** Returns the nearest provider's session, or the first one where there is no provider. */
  useCurrentSession(): Session<User>
  /** {@link useSession} of that session. */
  useSession: {
    (): SessionState<User>
    <Selected>(select: (state: SessionState<User>) => Selected): Selected
  }
}

/**
 * Returns hooks that know their session, and its user's type, by context. A provider is needed only where
 * it is another session than the given one.
 *
 * @example
 * ```tsx
 * export const { SessionProvider, useSession, useCurrentSession } = createSessionContext(session)
 *
 * function Greeting() {
 *   const name = useSession(state => (state.status === 'authenticated' ? state.user?.name : 'stranger'))
 *   return <p>Good evening, {name}</p>
 * }
 * ```
 */
export function createSessionContext<User>(session: Session<User>): SessionContext<User> {
  const Context = createContext(session)
  const useCurrentSession = () => useContext(Context)
  return {
    SessionProvider: ({ session, children }) =>
      createElement(Context.Provider, { value: session }, children),
    useCurrentSession,
    useSession: <Selected>(select?: (state: SessionState<User>) => Selected) =>
      // Without `select` it is the state, which the type above says and an optional parameter cannot.
      useSession(useCurrentSession(), select as (state: SessionState<User>) => Selected),
  }
}
