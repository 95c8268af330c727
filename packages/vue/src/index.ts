export {
  type LoginFields,
  returnPath,
  type SessionList,
  type StepUpQuestion,
} from '@tabkeeper/core/bindings'
export {
  RequireSession,
  type RequireSessionProps,
  type RequireSessionSlots,
} from './require-session.ts'
export { createSessionContext, type SessionContext } from './session-context.ts'
export {
  type GuardedRoute,
  type GuardVerdict,
  type SessionGuardOptions,
  sessionGuard,
} from './session-guard.ts'
export { type LoginForm, useLogin } from './use-login.ts'
export { type ReadableSession, useSession } from './use-session.ts'
export { useSessionList } from './use-session-list.ts'
export { useStepUp } from './use-step-up.ts'
