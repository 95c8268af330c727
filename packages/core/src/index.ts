export { isSessionError, SessionError, type SessionErrorCode } from './errors.ts'
export type {
  Credentials,
  Registration,
  Session,
  SessionEvents,
  SessionInfo,
} from './session/session.ts'
export type { EpochMs, SessionState, SignOutReason } from './session/session-state.ts'
export type { TokenResponse } from './tokens/token-response.ts'
