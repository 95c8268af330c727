import type { EpochMs } from '../clock.ts'
import type { Session, User } from '../sessions/session.ts'

/** A session as JSON shows it. */
export interface SessionDocument {
  readonly id: string
  readonly current: boolean
  readonly client_id: string
  readonly device: { readonly label: string; readonly user_agent: string | null }
  readonly ip: string | null
  readonly created_at: string
  readonly last_seen_at: string
  readonly auth_time: string
  readonly expires_at: string
  readonly absolute_expires_at: string
  readonly remember: boolean
  /** The label, under the name that older clients read; likewise the next three. */
  readonly device_info: string
  readonly ip_address: string | null
  readonly last_activity: string
  readonly is_active: true
}

export interface UserDocument {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly role: string
  readonly tenant_id: string
}

/** The answer to login, register, refresh and reauthenticate. */
export interface TokenDocument {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly refresh_token: string
  readonly refresh_expires_in: number
  /** How a refresh came about; left out elsewhere. */
  readonly rotation?: 'rotated' | 'replayed' | 'recovered'
  readonly user: UserDocument
  readonly session: SessionDocument
}

/** Returns the JSON of a live session; `currentId` is the one that asks. */
export function sessionDocument(session: Session, currentId: string | null): SessionDocument {
  const label = session.deviceLabel ?? 'Unknown device'
  const lastSeen = iso(session.lastSeenAt)
  return {
    id: session.id,
    current: session.id === currentId,
    client_id: session.clientId,
    device: { label, user_agent: session.userAgent },
    ip: session.ip,
    created_at: iso(session.createdAt),
    last_seen_at: lastSeen,
    auth_time: iso(session.authTime),
    expires_at: iso(session.expiresAt),
    absolute_expires_at: iso(session.absoluteExpiresAt),
    remember: session.remember,
    device_info: label,
    ip_address: session.ip,
    last_activity: lastSeen,
    is_active: true,
  }
}

export const userDocument = (user: User): UserDocument => ({
  id: user.id,
  email: user.email,
  name: user.name,
  role: user.role,
  tenant_id: user.tenantId,
})

const iso = (at: EpochMs): string => new Date(at).toISOString()
