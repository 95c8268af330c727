import type { Generated, Selectable } from 'kysely'
import type { Transport } from '../sessions/client-policy.ts'
import type { Flag, Instant } from './values.ts'

/** The tables of the server, as both databases return them. */
export interface Tables {
  tenants: TenantRow
  users: UserRow
  sessions: SessionTable
  known_devices: KnownDeviceRow
  imported_tokens: ImportedTokenRow
  auth_events: AuthEventTable
}

/** A customer of the deployment; every other row belongs to one. */
export interface TenantRow {
  id: string
  name: string
  created_at: Instant
}

/** Somebody who can sign in. */
export interface UserRow {
  id: string
  tenant_id: string
  email: string
  name: string | null
  role: string
  password_hash: string
  created_at: Instant
  disabled_at: Instant | null
}

/**
 * One sign-in on one device, and the only source of truth about it. It holds no credential: the
 * refresh token is rebuilt from the secret that only its holder has (see `refresh-token.ts`).
 */
export interface SessionTable {
  /** Public: the `sid` of access tokens, the id in lists and in DELETE. */
  id: string
  tenant_id: string
  user_id: string
  client_id: string
  transport: Transport
  /** SHA-256 of the family secret. */
  seed_hash: Buffer
  /** Newest generation issued. */
  gen: number
  /** The generation that `gen` was issued from; -1 for the first. */
  parent_gen: number
  /** Oldest generation inside the open grace window. */
  window_gen: number
  window_at: Instant
  rotated_at: Instant
  /** Newest generation the client has proven to hold. */
  confirmed_gen: number
  /** Access tokens of an older generation are refused. */
  min_access_gen: number
  created_at: Instant
  auth_time: Instant
  last_seen_at: Instant
  absolute_expires_at: Instant
  /** The idle limit, never later than `absolute_expires_at`. */
  expires_at: Instant
  remember: Flag
  dpop_jkt: string | null
  device_label: string | null
  user_agent: string | null
  ip: string | null
  revoked_at: Instant | null
  revoke_reason: string | null
}

export type SessionRow = Selectable<SessionTable>

/** A kind of device that a user has signed in from, such as "Firefox on Linux". */
export interface KnownDeviceRow {
  tenant_id: string
  user_id: string
  device: string
  first_seen_at: Instant
}

/** A refresh token of an older system, and the session that was imported with it. */
export interface ImportedTokenRow {
  /** SHA-256 of the token as its client sends it. */
  token_hash: Buffer
  session_id: string
}

/** The audit trail. Rows outlive the sessions and users they speak of. */
interface AuthEventTable {
  id: Generated<number>
  at: Instant
  tenant_id: string | null
  user_id: string | null
  session_id: string | null
  kind: string
  ip: string | null
  user_agent: string | null
  data: string | null
}
