export { isSessionError, SessionError, type SessionErrorCode } from './errors.ts'
export { type CookieEndpointOptions, cookieEndpoint } from './platform/cookie-endpoint.ts'
export { type OAuthEndpointOptions, oauthEndpoint } from './platform/oauth-endpoint.ts'
export { type RestEndpointOptions, restEndpoint } from './platform/rest-endpoint.ts'
export { localStorageArea, memoryArea, sessionStorageArea } from './platform/token-area.ts'
export type {
  AuthEndpoint,
  Authorized,
  CallOptions,
  Credentials,
  RefreshAnswer,
  Registration,
  SessionInfo,
} from './ports/auth-endpoint.ts'
export type { TokenArea } from './ports/token-area.ts'
export { createSession } from './session/create-session.ts'
export {
  type AsyncArea,
  type MirroredAreaOptions,
  mirroredArea,
} from './session/mirrored-area.ts'
export type { SessionOptions } from './session/options.ts'
export type { Author, Session, SessionEvents, WarningCode } from './session/session.ts'
export type { SessionState } from './session/session-state.ts'
export type { StandardSchemaV1 } from './session/standard-schema.ts'
export { type StorageKeys, storageKeys } from './session/storage-keys.ts'
export type { EpochMs } from './tokens/lifetime.ts'
export type { SignOutReason } from './tokens/sign-out-reason.ts'
export type { StepUpChallenge } from './tokens/step-up-challenge.ts'
export type { TokenResponse } from './tokens/token-response.ts'
