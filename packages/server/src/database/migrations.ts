import { type Kysely, sql } from 'kysely'
import type { Migrations } from './migrate.ts'
import type { Database } from './open-database.ts'
import type { Tables } from './tables.ts'
import { toInstant } from './values.ts'

/** The tenant that everything belongs to until a deployment makes others. */
export const defaultTenantId = '00000000-0000-4000-8000-000000000000'

/** The server's own tables, for either database. */
export const authMigrations = (dialect: Database['dialect']): Migrations => ({
  '001_sessions': { up: db => createTables(db, dialect) },
  '002_devices': { up: db => addDevices(db, dialect) },
  '003_revocations': { up: addRevocations },
  '004_imports': { up: db => addImports(db, dialect) },
  '005_last_seen': { up: leaveLastSeenOut },
})

/** What each database calls the kinds of values in `values.ts`. */
export const columnTypes = {
  postgres: {
    uuid: sql.raw('uuid'),
    instant: sql.raw('timestamptz'),
    bytes: sql.raw('bytea'),
    flag: sql.raw('boolean'),
    ip: sql.raw('inet'),
    json: sql.raw('jsonb'),
    serial: sql.raw('bigint generated always as identity'),
  },
  sqlite: {
    uuid: sql.raw('text'),
    instant: sql.raw('text'),
    bytes: sql.raw('blob'),
    flag: sql.raw('integer'),
    ip: sql.raw('text'),
    json: sql.raw('text'),
    serial: sql.raw('integer'),
  },
} as const

async function createTables(db: Kysely<Tables>, dialect: Database['dialect']): Promise<void> {
  const types = columnTypes[dialect]

  await db.schema
    .createTable('tenants')
    .addColumn('id', types.uuid, column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull().unique())
    .addColumn('created_at', types.instant, column => column.notNull())
    .execute()
  await db
    .insertInto('tenants')
    .values({ id: defaultTenantId, name: 'default', created_at: toInstant(0) })
    .execute()

  await db.schema
    .createTable('users')
    .addColumn('id', types.uuid, column => column.primaryKey())
    .addColumn('tenant_id', types.uuid, column =>
      column.notNull().references('tenants.id').onDelete('cascade'),
    )
    .addColumn('email', 'text', column => column.notNull())
    .addColumn('name', 'text')
    .addColumn('role', 'text', column => column.notNull())
    .addColumn('password_hash', 'text', column => column.notNull())
    .addColumn('created_at', types.instant, column => column.notNull())
    .addColumn('disabled_at', types.instant)
    .addUniqueConstraint('users_tenant_email', ['tenant_id', 'email'])
    .execute()

  const sessions = db.schema
    .createTable('sessions')
    .addColumn('id', types.uuid, column => column.primaryKey())
    .addColumn('tenant_id', types.uuid, column =>
      column.notNull().references('tenants.id').onDelete('cascade'),
    )
    .addColumn('user_id', types.uuid, column =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('client_id', 'text', column => column.notNull())
    .addColumn('transport', 'text', column =>
      column.notNull().check(sql`transport in ('cookie', 'split', 'bearer')`),
    )
    .addColumn('seed_hash', types.bytes, column => column.notNull())
    .addColumn('gen', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('parent_gen', 'integer', column => column.notNull().defaultTo(-1))
    .addColumn('window_gen', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('window_at', types.instant, column => column.notNull())
    .addColumn('rotated_at', types.instant, column => column.notNull())
    .addColumn('confirmed_gen', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('min_access_gen', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('created_at', types.instant, column => column.notNull())
    .addColumn('auth_time', types.instant, column => column.notNull())
    .addColumn('last_seen_at', types.instant, column => column.notNull())
    .addColumn('absolute_expires_at', types.instant, column => column.notNull())
    .addColumn('expires_at', types.instant, column => column.notNull())
    .addColumn('remember', types.flag, column => column.notNull())
    .addColumn('dpop_jkt', 'text')
    .addColumn('device_label', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('ip', types.ip)
    .addColumn('revoked_at', types.instant)
    .addColumn('revoke_reason', 'text')
  // Room on each page lets PostgreSQL keep the rotated row beside the one it replaces.
  await (dialect === 'postgres'
    ? sessions.modifyEnd(sql`with (fillfactor = 80)`)
    : sessions
  ).execute()
  await db.schema
    .createIndex('sessions_of_user')
    .on('sessions')
    .columns(['tenant_id', 'user_id', 'last_seen_at desc'])
    .where(sql.ref('revoked_at'), 'is', null)
    .execute()
  await db.schema.createIndex('sessions_by_expiry').on('sessions').column('expires_at').execute()

  await db.schema
    .createTable('auth_events')
    .addColumn('id', types.serial, column => column.primaryKey())
    .addColumn('at', types.instant, column => column.notNull())
    .addColumn('tenant_id', types.uuid)
    .addColumn('user_id', types.uuid)
    .addColumn('session_id', types.uuid)
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('ip', types.ip)
    .addColumn('user_agent', 'text')
    .addColumn('data', types.json)
    .execute()
}

async function addDevices(db: Kysely<Tables>, dialect: Database['dialect']): Promise<void> {
  const types = columnTypes[dialect]
  await db.schema
    .createTable('known_devices')
    .addColumn('tenant_id', types.uuid, column =>
      column.notNull().references('tenants.id').onDelete('cascade'),
    )
    .addColumn('user_id', types.uuid, column =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('device', 'text', column => column.notNull())
    .addColumn('first_seen_at', types.instant, column => column.notNull())
    .addPrimaryKeyConstraint('known_devices_key', ['tenant_id', 'user_id', 'device'])
    .execute()
  await db.schema.createIndex('auth_events_by_time').on('auth_events').column('at').execute()
  await db.schema
    .createIndex('auth_events_of_user')
    .on('auth_events')
    .columns(['tenant_id', 'user_id', 'id'])
    .execute()
}

/** For clean-up and figures; a rotation never touches it, because only ended sessions are in it. */
async function addRevocations(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createIndex('sessions_by_revocation')
    .on('sessions')
    .column('revoked_at')
    .where(sql.ref('revoked_at'), 'is not', null)
    .execute()
}

async function addImports(db: Kysely<Tables>, dialect: Database['dialect']): Promise<void> {
  const types = columnTypes[dialect]
  await db.schema
    .createTable('imported_tokens')
    .addColumn('token_hash', types.bytes, column => column.primaryKey())
    .addColumn('session_id', types.uuid, column =>
      column.notNull().references('sessions.id').onDelete('cascade'),
    )
    .execute()
  await db.schema
    .createIndex('imported_tokens_of_session')
    .on('imported_tokens')
    .column('session_id')
    .execute()
}

/**
 * When a session was last seen is written once a minute. While no index holds it, PostgreSQL changes the
 * row within its page and touches no index (a heap-only update). A user has few sessions to be sorted.
 */
async function leaveLastSeenOut(db: Kysely<Tables>): Promise<void> {
  await db.schema.dropIndex('sessions_of_user').execute()
  await db.schema
    .createIndex('sessions_of_user')
    .on('sessions')
    .columns(['tenant_id', 'user_id'])
    .where(sql.ref('revoked_at'), 'is', null)
    .execute()
}
