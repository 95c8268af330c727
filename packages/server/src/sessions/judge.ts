import { timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '../clock.ts'
import { fromInstant } from '../database/values.ts'
import { hashSecret, type RefreshToken } from '../tokens/refresh-token.ts'
import type { Transport } from './client-policy.ts'
import type { SessionWithUser } from './session.ts'

/** The ends of a session that a client is told of; all of them are definitive. */
export type SessionEndCode = 'session_revoked' | 'session_expired' | 'account_disabled'

/** Who presents a refresh token, and how it came: a token is good for neither another client nor another way. */
export interface Holder {
  readonly clientId: string
  readonly transport: Transport
}

/** What a refresh token that did not win the swap deserves. */
export type RefreshVerdict =
  | { readonly is: 'swap' }
  | { readonly is: 'replay' }
  | { readonly is: 'recover' }
  | { readonly is: 'theft' }
  | { readonly is: 'ahead' }
  | { readonly is: 'unknown' }
  | { readonly is: 'ended'; readonly code: SessionEndCode }

/**
 * Judges an authentic refresh token by its session: pure, so that the rules can be read in one place.
 *
 * A token is replayed while the grace window that its successor opened is open, and recovered after
 * that as long as nothing issued later was ever proven to have arrived. Everything else that is older
 * than the session has been used by somebody who should not have it.
 */
export function judgeRefresh(
  row: SessionWithUser | undefined,
  token: RefreshToken,
  holder: Holder,
  now: EpochMs,
  grace: number,
): RefreshVerdict {
  if (!row || !timingSafeEqual(row.seed_hash, hashSecret(token.secret))) return { is: 'unknown' }
  if (row.client_id !== holder.clientId || row.transport !== holder.transport) {
    return { is: 'unknown' }
  }
  const code = judgeSession(row, now)
  if (code) return { is: 'ended', code }
  const { generation } = token
  if (generation > row.gen) return { is: 'ahead' }
  if (generation === row.gen) return { is: 'swap' }
  const inWindow = now - fromInstant(row.rotated_at) <= grace
  if (inWindow && (generation === row.parent_gen || generation >= row.window_gen)) {
    return { is: 'replay' }
  }
  if (!inWindow && generation === row.confirmed_gen) return { is: 'recover' }
  return { is: 'theft' }
}

/** Returns why the session is over, or null while it lives. */
export function judgeSession(row: SessionWithUser, now: EpochMs): SessionEndCode | null {
  if (row.revoked_at !== null) return 'session_revoked'
  if (fromInstant(row.expires_at) <= now) return 'session_expired'
  if (row.disabled_at !== null) return 'account_disabled'
  return null
}

/** Whether an access token of this generation is good: not burned, and proven or the newest. */
export const acceptsAccess = (row: SessionWithUser, generation: number): boolean =>
  generation >= row.min_access_gen && (generation <= row.confirmed_gen || generation === row.gen)
