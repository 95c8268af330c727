export {
  type AppMessage,
  type AuthServer,
  createAuthServer,
} from './auth-server.ts'
export type { AuthServerOptions } from './auth-server-options.ts'
export { type Clock, type EpochMs, systemClock } from './clock.ts'
export { type Migrations, migrate } from './database/migrate.ts'
export { columnTypes } from './database/migrations.ts'
export { type Database, type DatabaseOptions, openDatabase } from './database/open-database.ts'
export type { Tables } from './database/tables.ts'
export { type Flag, fromInstant, type Instant, toFlag, toInstant } from './database/values.ts'
export type { AuditTrail, EventQuery, RecordedEvent } from './events/audit-trail.ts'
export type { AuthEvent, AuthEventKind, Origin } from './events/auth-event.ts'
export type { KeptAddress } from './events/kept-address.ts'
export { apiHeaders, type ServerEnv } from './http/api-headers.ts'
export type { Verified } from './http/authenticate.ts'
export { originOf } from './http/device.ts'
export {
  type SessionDocument,
  sessionDocument,
  type TokenDocument,
  type UserDocument,
  userDocument,
} from './http/documents.ts'
export { Problem, type ProblemCode, type ProblemDocument, problemResponse } from './http/problem.ts'
export { readBody, readBytes } from './http/read-body.ts'
export type { RequireSessionOptions } from './http/require-session.ts'
export type { CookieOptions } from './http/session-cookies.ts'
export { toProblem } from './http/to-problem.ts'
export { type KeySource, loadKeys } from './keys/load-keys.ts'
export {
  generateKeyMaterial,
  generateKeys,
  type KeyMaterial,
  type ServerKeys,
} from './keys/server-keys.ts'
export { defaultRateLimits, type RateLimit, type RateLimits } from './limits/rate-limits.ts'
export { openRedis, type RedisCounter } from './limits/redis.ts'
export type { Logger, LogLevel } from './observe/logger.ts'
export {
  type ClientPolicy,
  type Clients,
  defaultClients,
  type Lifetimes,
  type Transport,
} from './sessions/client-policy.ts'
export type { Session, User } from './sessions/session.ts'
export {
  type EndedBy,
  type NewSession,
  type Page,
  PasswordChanged,
  type RevokeReason,
  type SessionPage,
  type SessionSearch,
  type SessionStore,
} from './sessions/session-store.ts'
export { StartupError, type StartupErrorCode } from './startup-error.ts'
export type { TenantServer } from './tenants/tenant-server.ts'
export type { Tenant, Tenants } from './tenants/tenants.ts'
export type { PasswordReason } from './users/password-rules.ts'
export type { Passwords } from './users/passwords.ts'
export type {
  AccountPage,
  CreatedUser,
  NewUser,
  ProvenUser,
  UserStore,
} from './users/user-store.ts'
