import type {
  Session,
  SessionError,
  SessionInfo,
  SessionState,
  SignOutReason,
} from '@tabkeeper/core'
import { expectTypeOf } from 'vitest'
import { type ComputedRef, h } from 'vue'
import type { Router } from 'vue-router'
import {
  createSessionContext,
  RequireSession,
  type StepUpQuestion,
  sessionGuard,
  useLogin,
  useSessionList,
  useStepUp,
} from './index.ts'

interface Guest {
  readonly id: string
  readonly role: 'customer'
}
declare const session: Session<Guest>
declare const router: Router

// The context knows the user of its session, with and without a selection.
const context = createSessionContext(session)
expectTypeOf(context.useSession()).toEqualTypeOf<ComputedRef<SessionState<Guest>>>()
expectTypeOf(
  context.useSession(state => (state.status === 'authenticated' ? state.user?.role : undefined)),
).toEqualTypeOf<ComputedRef<'customer' | undefined>>()
expectTypeOf(context.useCurrentSession()).toEqualTypeOf<Session<Guest>>()
// @ts-expect-error a session of anybody is not one of guests
context.provideSession(session as Session<{ name: string }>)

const list = useSessionList(session)
expectTypeOf(list.value.sessions).toEqualTypeOf<readonly SessionInfo[] | null>()
expectTypeOf(list.value.error).toEqualTypeOf<SessionError | null>()
// @ts-expect-error the ref is for reading
list.value = useSessionList(session).value

// The fields are for `v-model`; what else there is, is for reading.
const login = useLogin(session)
login.value.fields.email = 'ada@bar.test'
expectTypeOf(login.value.fields).toEqualTypeOf<{
  email: string
  password: string
  remember: boolean
}>()
// @ts-expect-error whether an attempt is pending is not for others to say
login.value.pending = true
const own = useLogin(session, { username: '', password: '', otp: 0 })
expectTypeOf(own.value.fields.otp).toEqualTypeOf<number>()
// @ts-expect-error credentials have a password
useLogin(session, { username: '' })

expectTypeOf(useStepUp(session)).toEqualTypeOf<ComputedRef<StepUpQuestion | null>>()

// A template knows what the slots are given, and that there is no door without a session.
type Door = InstanceType<typeof RequireSession>
expectTypeOf<Parameters<NonNullable<Door['$slots']['fallback']>>[0]>().toEqualTypeOf<{
  readonly reason: SignOutReason
}>()
h(RequireSession, { session })
// @ts-expect-error a session is needed
const empty: Door['$props'] = {}
// @ts-expect-error a session is needed, not its state
h(RequireSession, { ...empty, session: session.getState() })

// vue-router takes the guard as it is.
router.beforeEach(
  sessionGuard(session, { signIn: '/welcome', isPublic: ({ path }) => path === '/' }),
)
