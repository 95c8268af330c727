import type { EpochMs } from '../clock.ts'
import { fromInstant, type Instant, toInstant } from '../database/values.ts'
import type { ClientPolicy } from './client-policy.ts'
import { acceptsAccess, judgeSession, type SessionEndCode } from './judge.ts'
import { readSession } from './read-session.ts'
import type { SessionWithUser } from './session.ts'
import type { SessionSettings } from './settings.ts'

export type AccessOutcome =
  | { readonly is: 'accepted'; readonly session: SessionWithUser }
  | { readonly is: 'ended'; readonly code: SessionEndCode; readonly session: SessionWithUser }
  | { readonly is: 'unknown' }
  /** The session changed too often meanwhile: nothing is known against the credential. */
  | { readonly is: 'busy' }

/** A session's "last seen" is kept to the minute, so that reading does not mean writing. */
const seenInterval = 60_000

const maxAttempts = 5

/**
 * Judges the access token of a request with one read. The first use of a new generation proves that
 * the refresh answer arrived; that is written down before the request is answered, because from then
 * on the older refresh token is no longer a lost answer but a copy.
 */
export async function confirmAccess(
  settings: SessionSettings,
  claims: { readonly sessionId: string; readonly userId: string; readonly generation: number },
): Promise<AccessOutcome> {
  const { database, tenantId, clock } = settings
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const now = clock.now()
    const row = await readSession(database, { tenantId, sessionId: claims.sessionId })
    if (!row || row.user_id !== claims.userId) return { is: 'unknown' }
    const code = judgeSession(row, now)
    if (code) return { is: 'ended', code, session: row }
    if (!acceptsAccess(row, claims.generation)) return { is: 'unknown' }

    const session = await note(settings, row, claims.generation, now)
    if (session) return { is: 'accepted', session }
  }
  return { is: 'busy' }
}

/** Writes what a request has proven, if that is news. Returns nothing when the row has moved on. */
export async function note(
  { database, tenantId, clients }: SessionSettings,
  row: SessionWithUser,
  generation: number,
  now: EpochMs,
): Promise<SessionWithUser | undefined> {
  const isProof = generation > row.confirmed_gen
  const isStale = now - fromInstant(row.last_seen_at) >= seenInterval
  if (!isProof && !isStale) return row
  const news = {
    last_seen_at: toInstant(now),
    confirmed_gen: isProof ? generation : row.confirmed_gen,
    expires_at:
      row.transport === 'cookie' ? idleLimit(clients[row.client_id], row, now) : row.expires_at,
  }
  const { numUpdatedRows } = await database.kysely
    .updateTable('sessions')
    .set(news)
    .where('id', '=', row.id)
    .where('tenant_id', '=', tenantId)
    .where('gen', '=', row.gen)
    .where('confirmed_gen', '=', row.confirmed_gen)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n ? { ...row, ...news } : undefined
}

/** In cookie transport a request is the sign of life that a refresh is in the others. */
function idleLimit(client: ClientPolicy | undefined, row: SessionWithUser, now: EpochMs): Instant {
  if (!client) return row.expires_at
  const { idle } = row.remember ? client.remembered : client.session
  return toInstant(Math.min(fromInstant(row.absolute_expires_at), now + idle))
}
