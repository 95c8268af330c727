import type { EpochMs } from '../clock.ts'
import type { SessionRow, UserRow } from '../database/tables.ts'
import { fromInstant } from '../database/values.ts'
import type { Transport } from './client-policy.ts'

/** A session as other code sees it: no credential, times in epoch milliseconds. */
export interface Session {
  readonly id: string
  readonly userId: string
  readonly clientId: string
  readonly transport: Transport
  readonly deviceLabel: string | null
  readonly userAgent: string | null
  readonly ip: string | null
  readonly createdAt: EpochMs
  readonly lastSeenAt: EpochMs
  /** When the user last gave a password. */
  readonly authTime: EpochMs
  /** The idle limit. */
  readonly expiresAt: EpochMs
  readonly absoluteExpiresAt: EpochMs
  readonly remember: boolean
}

/** Who a session belongs to. */
export interface User {
  readonly id: string
  readonly tenantId: string
  readonly email: string
  readonly name: string | null
  readonly role: string
}

/** A session row joined to its user: all that a decision about a request needs. */
export type SessionWithUser = SessionRow & Pick<UserRow, 'email' | 'name' | 'role' | 'disabled_at'>

export function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    clientId: row.client_id,
    transport: row.transport,
    deviceLabel: row.device_label,
    userAgent: row.user_agent,
    ip: row.ip,
    createdAt: fromInstant(row.created_at),
    lastSeenAt: fromInstant(row.last_seen_at),
    authTime: fromInstant(row.auth_time),
    expiresAt: fromInstant(row.expires_at),
    absoluteExpiresAt: fromInstant(row.absolute_expires_at),
    remember: Boolean(row.remember),
  }
}

export function toUser(row: SessionWithUser): User {
  return {
    id: row.user_id,
    tenantId: row.tenant_id,
    email: row.email,
    name: row.name,
    role: row.role,
  }
}
