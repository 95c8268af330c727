import { CompiledQuery, type Kysely, sql } from 'kysely'
import { defaultTenantId } from '../../src/database/migrations.ts'
import type { Database } from '../../src/index.ts'

/** Fills in many users with a session each: PostgreSQL reads a small table from end to end, and rightly so. */
export async function fill({ kysely, dialect }: Database, count: number): Promise<void> {
  if (dialect === 'sqlite') return // which plans without looking at how much there is
  await sql`
    with made as (
      insert into users (id, tenant_id, email, role, password_hash, created_at)
      select gen_random_uuid(), ${defaultTenantId}, gen_random_uuid() || '@bar.example', 'user', '-', now()
      from generate_series(1, ${sql.lit(count)}) n
      returning id, tenant_id
    )
    insert into sessions (id, tenant_id, user_id, client_id, transport, seed_hash, window_at, rotated_at,
      created_at, auth_time, last_seen_at, absolute_expires_at, expires_at, remember)
    select gen_random_uuid(), tenant_id, id, 'default', 'bearer', '', now(), now(),
      now(), now(), now(), now() + interval '30 days', now() + interval '7 days', true
    from made`.execute(kysely)
  await sql`analyze users, sessions`.execute(kysely)
}

/**
 * Returns how a database reads tables for a statement, where it does so without an index that narrows the
 * rows down to a session or a user. An index by tenant alone does not: it may hold millions.
 */
export const scansOf = ({ kysely, dialect }: Database, statement: string): Promise<string[]> =>
  dialect === 'postgres' ? postgresScans(kysely, statement) : sqliteScans(kysely, statement)

async function sqliteScans<Tables>(kysely: Kysely<Tables>, statement: string): Promise<string[]> {
  // Of an insert SQLite lists what it would do about a broken foreign key, which is not done here.
  if (statement.startsWith('insert')) return []
  const parameters = (statement.match(/\?/g) ?? []).map(() => null)
  const { rows } = await kysely.executeQuery<{ detail: string }>(
    CompiledQuery.raw(`explain query plan ${statement}`, parameters),
  )
  return rows
    .map(({ detail }) => detail)
    .filter(detail => /^SCAN (?!CONSTANT)/.test(detail) || /\(tenant_id=\?\)$/.test(detail))
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly Plan[]
}

/** The plan is the generic one, which holds for any values. */
async function postgresScans<Tables>(kysely: Kysely<Tables>, statement: string): Promise<string[]> {
  const count = new Set(statement.match(/\$\d+/g)).size
  const values = count === 0 ? '' : `(${Array(count).fill('null').join(', ')})`
  return kysely.connection().execute(async connection => {
    await sql`set plan_cache_mode = force_generic_plan`.execute(connection)
    await sql`prepare explained as ${sql.raw(statement)}`.execute(connection)
    try {
      const { rows } = await sql<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>`
        explain (format json) execute explained${sql.raw(values)}`.execute(connection)
      return rows.flatMap(row => row['QUERY PLAN']).flatMap(({ Plan }) => wideNodes(Plan))
    } finally {
      await sql`deallocate explained`.execute(connection)
      await sql`reset all`.execute(connection)
    }
  })
}

function wideNodes(plan: Plan): string[] {
  const { 'Node Type': type, 'Index Cond': condition = '' } = plan
  const narrows = condition !== '' && !/^\(tenant_id = \S+\)$/.test(condition)
  const isWide = type === 'Seq Scan' || (/Index/.test(type) && !narrows)
  const place = plan['Relation Name'] ?? plan['Index Name']
  return [
    ...(isWide ? [`${type} on ${place} ${condition}`.trim()] : []),
    ...(plan.Plans ?? []).flatMap(wideNodes),
  ]
}
