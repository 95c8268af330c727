import { sql } from 'kysely'
import type { EpochMs } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import { toInstant } from '../database/values.ts'
import type { SessionSettings } from '../sessions/settings.ts'

/** How the sessions of a tenant are doing at this moment, counted in the database. */
export interface SessionFigures {
  readonly active: number
  /** Users with at least one active session. */
  readonly users: number
  /** Active sessions by client. */
  readonly activeByClient: Readonly<Record<string, number>>
  readonly perUser: { readonly average: number; readonly most: number }
  /** Since midnight UTC. */
  readonly createdToday: number
  /** Ended by their idle or absolute limit within 24 hours. */
  readonly expired: number
  /** Ended within 24 hours, by reason. */
  readonly revoked: Readonly<Record<string, number>>
}

const day = 24 * 60 * 60_000

/** Counts active sessions, and users who have one, in all tenants. */
export async function countActive(
  { kysely }: Database,
  now: EpochMs,
): Promise<{ active: number; users: number }> {
  return kysely
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', toInstant(now))
    .where('disabled_at', 'is', null)
    .select(({ fn }) => [
      fn.countAll<number>().as('active'),
      fn.count<number>('user_id').distinct().as('users'),
    ])
    .executeTakeFirstOrThrow()
}

/** Counts. It reads every session that is kept, so it is for people and scrapers, not for requests. */
export async function countSessions({
  database: { kysely },
  tenantId,
  clock,
}: SessionSettings): Promise<SessionFigures> {
  const at = clock.now()
  const now = toInstant(at)
  const yesterday = toInstant(at - day)
  const midnight = toInstant(at - (at % day))
  const sessions = kysely.selectFrom('sessions').where('sessions.tenant_id', '=', tenantId)
  const active = sessions
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('disabled_at', 'is', null)

  const perUser = active
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .groupBy('user_id')
    .as('per_user')
  const [totals, clients, { created }, { expired }, revoked] = await Promise.all([
    kysely
      .selectFrom(perUser)
      .select(({ fn }) => [
        fn.countAll<number>().as('users'),
        sql<number | null>`max(count)`.as('most'),
      ])
      .executeTakeFirstOrThrow(),
    active
      .select(({ fn }) => ['client_id', fn.countAll<number>().as('count')])
      .groupBy('client_id')
      .execute(),
    sessions
      .where('sessions.created_at', '>=', midnight)
      .select(({ fn }) => fn.countAll<number>().as('created'))
      .executeTakeFirstOrThrow(),
    sessions
      .where('revoked_at', 'is', null)
      .where('expires_at', '<=', now)
      .where('expires_at', '>', yesterday)
      .select(({ fn }) => fn.countAll<number>().as('expired'))
      .executeTakeFirstOrThrow(),
    sessions
      .where('revoked_at', '>', yesterday)
      .select(({ fn }) => [
        fn.coalesce('revoke_reason', sql.lit('unknown')).as('reason'),
        fn.countAll<number>().as('count'),
      ])
      .groupBy('revoke_reason')
      .execute(),
  ])
  const activeByClient = Object.fromEntries(clients.map(row => [row.client_id, row.count]))
  const count = clients.reduce((sum, row) => sum + row.count, 0)
  return {
    active: count,
    users: totals.users,
    activeByClient,
    perUser: {
      average: totals.users === 0 ? 0 : Math.round((100 * count) / totals.users) / 100,
      most: Number(totals.most ?? 0),
    },
    createdToday: created,
    expired,
    revoked: Object.fromEntries(revoked.map(row => [row.reason, row.count])),
  }
}
