import { sql } from 'kysely'
import type { EpochMs } from '../clock.ts'
import { toInstant } from '../database/values.ts'
import { hashSecret, type RefreshToken } from '../tokens/refresh-token.ts'
import { judgeRefresh, type SessionEndCode } from './judge.ts'
import { readSession } from './read-session.ts'
import type { SessionWithUser } from './session.ts'
import type { SessionSettings } from './settings.ts'

/** What became of a presented refresh token; the successor is generation `session.gen`. */
export type RotationOutcome =
  | { readonly is: 'rotated' | 'replayed' | 'recovered'; readonly session: SessionWithUser }
  | { readonly is: 'theft' | 'ahead'; readonly session: SessionWithUser }
  | { readonly is: 'ended'; readonly code: SessionEndCode; readonly session: SessionWithUser }
  | { readonly is: 'unknown' }
  | { readonly is: 'busy' }

const maxAttempts = 5

/**
 * Rotates a session: every state change is one compare-and-swap on the generation, so that exactly
 * one of any number of simultaneous requests, on any number of instances, makes the successor.
 */
export async function rotate(
  settings: SessionSettings,
  token: RefreshToken,
  clientId: string,
): Promise<RotationOutcome> {
  const { database, tenantId, clock, grace } = settings
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const now = clock.now()
    const rotated = await advance(settings, token, clientId, now)
    const row = await readSession(database.kysely, tenantId, token.sessionId)
    if (rotated && row) return { is: 'rotated', session: { ...row, ...rotated } }

    const verdict = judgeRefresh(row, token, clientId, now, grace)
    if (verdict.is === 'unknown' || !row) return { is: 'unknown' }
    switch (verdict.is) {
      case 'ended':
        return { is: 'ended', code: verdict.code, session: row }
      case 'ahead':
        return { is: 'ahead', session: row }
      case 'replay':
        return { is: 'replayed', session: row }
      case 'recover': {
        const recovered = await recover(settings, token, row, now)
        if (recovered) return { is: 'recovered', session: { ...row, ...recovered } }
        break
      }
      case 'theft':
        if (await endStolen(settings, row, now)) return { is: 'theft', session: row }
        break
      case 'swap':
        break // the row changed between the swap and the read
    }
  }
  return { is: 'busy' }
}

/** Step 1: the newest token makes the next generation, and thereby proves that it arrived. */
function advance(
  { database, tenantId, clients, grace }: SessionSettings,
  token: RefreshToken,
  clientId: string,
  now: EpochMs,
) {
  const client = clients[clientId]
  if (!client) return undefined
  const t = toInstant(now)
  const windowIsOpen = sql<boolean>`rotated_at >= ${toInstant(now - grace)} and window_at >= ${toInstant(now - 2 * grace)}`
  return database.kysely
    .updateTable('sessions')
    .set({
      gen: sql`gen + 1`,
      parent_gen: sql`gen`,
      confirmed_gen: sql`gen`,
      rotated_at: t,
      last_seen_at: t,
      expires_at: idleLimit(client, now),
      window_gen: sql`case when ${windowIsOpen} then window_gen else gen end`,
      window_at: sql`case when ${windowIsOpen} then window_at else ${t} end`,
    })
    .where('id', '=', token.sessionId)
    .where('tenant_id', '=', tenantId)
    .where('client_id', '=', clientId)
    .where('gen', '=', token.generation)
    .where('seed_hash', '=', hashSecret(token.secret))
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', t)
    .where('dpop_jkt', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('users')
          .select('users.id')
          .whereRef('users.id', '=', 'sessions.user_id')
          .where('users.disabled_at', 'is', null),
      ),
    )
    .returningAll()
    .executeTakeFirst()
}

/** A lost answer: goes on from the last generation that arrived, and burns what never did. */
function recover(
  { database, tenantId, clients }: SessionSettings,
  token: RefreshToken,
  row: SessionWithUser,
  now: EpochMs,
) {
  const client = clients[row.client_id]
  if (!client) return undefined
  const t = toInstant(now)
  return database.kysely
    .updateTable('sessions')
    .set({
      gen: row.gen + 1,
      parent_gen: token.generation,
      window_gen: row.gen + 1,
      min_access_gen: row.gen + 1,
      window_at: t,
      rotated_at: t,
      last_seen_at: t,
      expires_at: idleLimit(client, now),
    })
    .where('id', '=', row.id)
    .where('tenant_id', '=', tenantId)
    .where('gen', '=', row.gen)
    .where('confirmed_gen', '=', token.generation)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Ends this one session, unless it has moved on since it was judged. */
async function endStolen(
  { database, tenantId }: SessionSettings,
  row: SessionWithUser,
  now: EpochMs,
): Promise<boolean> {
  const { numUpdatedRows } = await database.kysely
    .updateTable('sessions')
    .set({ revoked_at: toInstant(now), revoke_reason: 'reuse_detected' })
    .where('id', '=', row.id)
    .where('tenant_id', '=', tenantId)
    .where('gen', '=', row.gen)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** The new idle limit, never later than the absolute one; the comparison also tells PostgreSQL the type. */
function idleLimit(client: SessionSettings['clients'][string], now: EpochMs) {
  const session = toInstant(now + client.session.idle)
  const remembered = toInstant(now + client.remembered.idle)
  return sql<string>`case
    when remember and absolute_expires_at > ${remembered} then ${remembered}
    when not remember and absolute_expires_at > ${session} then ${session}
    else absolute_expires_at end`
}
