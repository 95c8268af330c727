/**
 * What the bindings to frameworks share: all that a component shows beyond the state of its session, as
 * stores that any framework can follow.
 */
export { createLogin, EMPTY_LOGIN, type Login, type LoginFields } from './login.ts'
export { returnPath } from './return-path.ts'
export { createSessionList, type ListableSession, type SessionList } from './session-list.ts'
export { createStepUpQuestion, type StepUpQuestion } from './step-up-question.ts'
export { isSame, type Store } from './store.ts'
