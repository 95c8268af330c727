import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/open-database.ts'
import { prepared } from '../database/prepared.ts'
import { readTogether } from '../database/read-together.ts'
import type { Tables } from '../database/tables.ts'
import type { SessionWithUser } from './session.ts'

/** The columns of a session, one by one: a prepared query must not change with the table. */
export const sessionColumns = [
  'sessions.id',
  'sessions.tenant_id',
  'sessions.user_id',
  'sessions.client_id',
  'sessions.transport',
  'sessions.seed_hash',
  'sessions.gen',
  'sessions.parent_gen',
  'sessions.window_gen',
  'sessions.window_at',
  'sessions.rotated_at',
  'sessions.confirmed_gen',
  'sessions.min_access_gen',
  'sessions.created_at',
  'sessions.auth_time',
  'sessions.last_seen_at',
  'sessions.absolute_expires_at',
  'sessions.expires_at',
  'sessions.remember',
  'sessions.dpop_jkt',
  'sessions.device_label',
  'sessions.user_agent',
  'sessions.ip',
  'sessions.revoked_at',
  'sessions.revoke_reason',
] as const

interface SessionKey {
  readonly tenantId: string
  readonly sessionId: string
}

/** Reads a session and its user by their primary keys: the one statement of every request. */
export function readSession(
  database: Database,
  key: SessionKey,
): Promise<SessionWithUser | undefined> {
  const read = readers.get(database) ?? createReader(database)
  return read(key)
}

type Reader = (key: SessionKey) => Promise<SessionWithUser | undefined>

const readers = new WeakMap<Database, Reader>()

/** SQLite answers before it could be asked for a second. */
function createReader(database: Database): Reader {
  const readOne = async (key: SessionKey) => (await selectOne(database, key))[0]
  const reader =
    database.dialect === 'sqlite'
      ? readOne
      : readTogether(async (keys: readonly SessionKey[]) => {
          const [key, ...others] = keys
          if (key && others.length === 0) return [await readOne(key)]
          const rows = await selectSeveral(database, {
            tenantIds: keys.map(({ tenantId }) => tenantId),
            sessionIds: keys.map(({ sessionId }) => sessionId),
          })
          const byId = new Map(rows.map(row => [row.id, row]))
          return keys.map(({ tenantId, sessionId }) => {
            const row = byId.get(sessionId)
            return row?.tenant_id === tenantId ? row : undefined
          })
        })
  readers.set(database, reader)
  return reader
}

const selectOne = prepared<SessionKey, SessionWithUser>((kysely, { tenantId, sessionId }) =>
  selectSessions(kysely, tenantId).where('sessions.id', '=', sessionId),
)

const selectSeveral = prepared<
  { readonly tenantIds: readonly string[]; readonly sessionIds: readonly string[] },
  SessionWithUser
>((kysely, { tenantIds, sessionIds }) =>
  sessionsWithUsers(kysely).where(
    sql<boolean>`(sessions.tenant_id, sessions.id) in (
      select * from unnest(${tenantIds}::uuid[], ${sessionIds}::uuid[]))`,
  ),
)

/** Selects sessions joined to their users, inside one tenant. */
export const selectSessions = (kysely: Kysely<Tables>, tenantId: string) =>
  sessionsWithUsers(kysely).where('sessions.tenant_id', '=', tenantId)

const sessionsWithUsers = (kysely: Kysely<Tables>) =>
  kysely
    .selectFrom('sessions')
    .innerJoin('users', join =>
      join
        .onRef('users.id', '=', 'sessions.user_id')
        .onRef('users.tenant_id', '=', 'sessions.tenant_id'),
    )
    .select(sessionColumns)
    .select(['users.email', 'users.name', 'users.role', 'users.disabled_at'])
