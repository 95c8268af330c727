export {
  type Login,
  type LoginFields,
  returnPath,
  type SessionList,
  type StepUpQuestion,
} from '@tabkeeper/core/bindings'
export { RequireSession, type RequireSessionProps } from './require-session.ts'
export { createSessionContext, type SessionContext } from './session-context.ts'
export { useLogin } from './use-login.ts'
export { type ReadableSession, useSession } from './use-session.ts'
export { useSessionList } from './use-session-list.ts'
export { useStepUp } from './use-step-up.ts'
