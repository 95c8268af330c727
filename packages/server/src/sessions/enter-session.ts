import type { Insertable, Kysely } from 'kysely'
import type { SessionRow, SessionTable, Tables } from '../database/tables.ts'
import { toInstant } from '../database/values.ts'
import type { SessionSettings } from './settings.ts'

export type Entered =
  | {
      readonly is: 'entered'
      readonly session: SessionRow
      readonly evicted: readonly { readonly id: string }[]
    }
  | { readonly is: 'full' }
  | { readonly is: 'password-changed' }

/**
 * Puts a session into the user's limit: others are evicted for it, or it is refused. The user's row is
 * locked meanwhile, so that simultaneous logins count each other, on all instances.
 *
 * @param passwordHash As it was when the password was checked. A change of password has either been
 * written before the lock, and the session is refused, or comes after it, and ends the session with the
 * others.
 */
export function enterSession(
  { database, tenantId, clock, maxSessions, whenFull }: SessionSettings,
  row: Insertable<SessionTable>,
  passwordHash: string | undefined,
): Promise<Entered> {
  return database.kysely.transaction().execute(async transaction => {
    const user = await transaction
      .selectFrom('users')
      .select('password_hash')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', row.user_id)
      .$if(database.dialect === 'postgres', query => query.forNoKeyUpdate())
      .executeTakeFirst()
    if (passwordHash !== undefined && user?.password_hash !== passwordHash) {
      return { is: 'password-changed' }
    }
    const now = toInstant(clock.now())
    const live = await transaction
      .selectFrom('sessions')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', row.user_id)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .orderBy('last_seen_at', 'desc')
      .execute()
    const surplus = live.slice(maxSessions - 1).map(({ id }) => id)
    if (surplus.length > 0 && whenFull === 'refuse') return { is: 'full' }
    const evicted = surplus.length > 0 ? await evict(transaction, tenantId, surplus, now) : []
    const session = await transaction
      .insertInto('sessions')
      .values(row)
      .returningAll()
      .executeTakeFirstOrThrow()
    return { is: 'entered', session, evicted }
  })
}

const evict = (
  transaction: Kysely<Tables>,
  tenantId: string,
  ids: readonly string[],
  now: string,
) =>
  transaction
    .updateTable('sessions')
    .set({ revoked_at: now, revoke_reason: 'session_limit' })
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', ids)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute()
