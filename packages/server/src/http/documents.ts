import type { z } from 'zod'
import type { EpochMs } from '../clock.ts'
import type { sessionSchema, tokenSchema, userSchema } from '../contract/answers.ts'
import type { Session, User } from '../sessions/session.ts'

/** A session as JSON shows it. */
export type SessionDocument = Readonly<z.infer<typeof sessionSchema>>

export type UserDocument = Readonly<z.infer<typeof userSchema>>

/** The answer to login, register, refresh, reauthenticate and password, in transport `bearer`. */
export type TokenDocument = Readonly<z.infer<typeof tokenSchema>>

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
