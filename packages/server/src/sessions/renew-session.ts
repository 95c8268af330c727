import { sql } from 'kysely'
import type { SessionRow } from '../database/tables.ts'
import { toInstant } from '../database/values.ts'
import { hashSecret, newSecret } from '../tokens/refresh-token.ts'
import type { SessionSettings } from './settings.ts'

/**
 * Gives a session a new secret after its user has proven the password again (ASVS 7.2.4): every
 * earlier access and refresh token is refused from now on, and so is a copy of one. The session keeps
 * its id, so that requests on their way and lists of sessions go on meaning the same thing.
 */
export async function renewSession(
  { database, tenantId, clock }: SessionSettings,
  sessionId: string,
): Promise<{ session: SessionRow; secret: Buffer } | null> {
  const now = toInstant(clock.now())
  const secret = newSecret()
  const session = await database.kysely
    .updateTable('sessions')
    .set({
      seed_hash: hashSecret(secret),
      gen: sql`gen + 1`,
      parent_gen: -1,
      window_gen: sql`gen + 1`,
      confirmed_gen: sql`gen + 1`,
      min_access_gen: sql`gen + 1`,
      window_at: now,
      rotated_at: now,
      auth_time: now,
      last_seen_at: now,
    })
    .where('id', '=', sessionId)
    .where('tenant_id', '=', tenantId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  return session ? { session, secret } : null
}
