import type { Session, SessionState } from '@tabkeeper/core'
import { expectTypeOf } from 'vitest'
import { useSession } from './use-session.ts'

interface Admin {
  readonly id: string
  readonly role: 'admin'
}
declare const session: Session<Admin>
declare const anonymous: Session

expectTypeOf(useSession(session)).toEqualTypeOf<SessionState<Admin>>()
expectTypeOf(useSession(anonymous)).toEqualTypeOf<SessionState<unknown>>()

// What is selected gives the type, and the state it is selected from knows the user.
expectTypeOf(useSession(session, state => state.status)).toEqualTypeOf<
  'loading' | 'unauthenticated' | 'authenticated'
>()
expectTypeOf(
  useSession(session, state => (state.status === 'authenticated' ? state.user : null)),
).toEqualTypeOf<Admin | null>()

// @ts-expect-error the user is known only once somebody is signed in
useSession(session, state => state.user)

// @ts-expect-error a session is needed, not its state
useSession(session.getState())

// @ts-expect-error a token is in no state
useSession(session, state => state.accessToken)
