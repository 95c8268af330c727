import { type Migration, Migrator } from 'kysely/migration'
import type { Database } from './open-database.ts'

/** Migrations in the order of their names; each runs once per database. */
export type Migrations = Readonly<Record<string, Migration>>

/**
 * Brings the tables of one owner up to date. Several owners share a database by using different
 * prefixes, and several instances may start at once: on PostgreSQL an advisory lock lets one migrate
 * while the others wait, and a SQLite file has only one process anyway.
 *
 * @example
 * await migrate(database, 'bar_', { '001_menu': { up: async db => { await createMenu(db) } } })
 */
export async function migrate(
  database: Database,
  prefix: string,
  migrations: Migrations,
): Promise<void> {
  const migrator = new Migrator({
    db: database.kysely,
    provider: { getMigrations: async () => migrations },
    migrationTableName: `${prefix}migrations`,
    migrationLockTableName: `${prefix}migrations_lock`,
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}
