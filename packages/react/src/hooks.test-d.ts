import type { Session, SessionError, SessionInfo, SessionState } from '@tabkeeper/core'
import { expectTypeOf } from 'vitest'
import {
  createSessionContext,
  RequireSession,
  type StepUpQuestion,
  useLogin,
  useSessionList,
  useStepUp,
} from './index.ts'

interface Admin {
  readonly id: string
  readonly role: 'admin'
}
declare const session: Session<Admin>

// The context knows the user of its session, with and without a selection.
const context = createSessionContext(session)
expectTypeOf(context.useSession()).toEqualTypeOf<SessionState<Admin>>()
expectTypeOf(
  context.useSession(state => (state.status === 'authenticated' ? state.user?.role : undefined)),
).toEqualTypeOf<'admin' | undefined>()
expectTypeOf(context.useCurrentSession()).toEqualTypeOf<Session<Admin>>()
// @ts-expect-error a session of anybody is not one of admins
context.SessionProvider({ session: session as Session<{ name: string }> })

const list = useSessionList(session)
expectTypeOf(list.sessions).toEqualTypeOf<readonly SessionInfo[] | null>()
expectTypeOf(list.error).toEqualTypeOf<SessionError | null>()
// @ts-expect-error the list is for reading
list.sessions = []

// The fields are those of the form; they are credentials, and nothing else can be changed.
const login = useLogin(session)
expectTypeOf(login.fields).toEqualTypeOf<{ email: string; password: string; remember: boolean }>()
expectTypeOf(login.error).toEqualTypeOf<SessionError | null>()
const own = useLogin(session, { username: '', password: '', otp: 0 })
expectTypeOf(own.fields.otp).toEqualTypeOf<number>()
own.change({ otp: 1 })
// @ts-expect-error there is no such field
login.change({ otp: 1 })
// @ts-expect-error credentials have a password
useLogin(session, { username: '' })

expectTypeOf(useStepUp(session)).toEqualTypeOf<StepUpQuestion | null>()

RequireSession({ session, fallback: reason => (reason === 'expired' ? 'too late' : reason) })
// @ts-expect-error there is no such reason
RequireSession({ session, fallback: reason => (reason === 'tired' ? 'too late' : reason) })
// @ts-expect-error somebody has to say what is shown while nobody is signed in
RequireSession({ session })
