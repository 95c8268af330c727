import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { SessionWithUser } from './session.ts'

/** Reads a session and its user by their primary keys: the one statement of every request. */
export function readSession(
  db: Kysely<Tables>,
  tenantId: string,
  sessionId: string,
): Promise<SessionWithUser | undefined> {
  return selectSessions(db, tenantId).where('sessions.id', '=', sessionId).executeTakeFirst()
}

/** Selects sessions joined to their users, inside one tenant. */
export const selectSessions = (db: Kysely<Tables>, tenantId: string) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', join =>
      join
        .onRef('users.id', '=', 'sessions.user_id')
        .onRef('users.tenant_id', '=', 'sessions.tenant_id'),
    )
    .where('sessions.tenant_id', '=', tenantId)
    .selectAll('sessions')
    .select(['users.email', 'users.name', 'users.role', 'users.disabled_at'])
