import type { Session, SessionState } from '@tabkeeper/core'
import { type ComputedRef, hasInjectionContext, type InjectionKey, inject, provide } from 'vue'
import { useSession } from './use-session.ts'

export interface SessionContext<User> {
  /** Puts another session in the place of the first, for what is below: in a test, or on a server. */
  provideSession(session: Session<User>): void
  /** Returns the session that was provided above, or the first one where none was. */
  useCurrentSession(): Session<User>
  /** {@link useSession} of that session. */
  useSession: {
    (): ComputedRef<SessionState<User>>
    <Selected>(select: (state: SessionState<User>) => Selected): ComputedRef<Selected>
  }
}

/**
 * Returns composables that know their session, and its user's type, by injection. Something has to be
 * provided only where it is another session than the given one.
 *
 * @example
 * ```ts
 * export const { provideSession, useSession, useCurrentSession } = createSessionContext(session)
 *
 * const name = useSession(state => (state.status === 'authenticated' ? state.user?.name : 'stranger'))
 * ```
 */
export function createSessionContext<User>(session: Session<User>): SessionContext<User> {
  const key: InjectionKey<Session<User>> = Symbol()
  const useCurrentSession = () => (hasInjectionContext() ? inject(key, session) : session)
  return {
    provideSession: session => provide(key, session),
    useCurrentSession,
    useSession: <Selected>(select?: (state: SessionState<User>) => Selected) =>
      // Without `select` it is the state, which the type above says and an optional parameter cannot.
      useSession(useCurrentSession(), select as (state: SessionState<User>) => Selected),
  }
}
