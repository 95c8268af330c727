import { createHash, randomUUID } from 'node:crypto'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { SqliteAdapter, SqliteDialect } from 'kysely'
import { prepareDataFolder, unwritable } from '../data-folder.ts'
import { StartupError } from '../startup-error.ts'

/** Opens the embedded database, for this process alone. */
export function openSqlite(place: ':memory:' | { dataDir: string }) {
  const file =
    place === ':memory:' ? place : join(prepareDataFolder(place.dataDir), 'tabkeeper.sqlite')
  const database = connect(file)
  const plans = new Map<string, Sqlite.Statement<unknown[]>>()
  return {
    dialect: new TransactionalSqliteDialect({
      database: {
        prepare: sql => plans.get(sql) ?? database.prepare<unknown[]>(sql),
        close: () => database.close(),
      },
    }),
    kind: 'sqlite' as const,
    location: file === ':memory:' ? 'memory' : file,
    notifications: undefined,
    keepPlan: (sql: string) => void plans.set(sql, database.prepare(sql)),
    script: async (sql: string) => runScript(database, sql),
    end: async () => void database.close(),
  }
}

function runScript(database: Sqlite.Database, sql: string): void {
  database.function('gen_random_uuid', { deterministic: false }, () => randomUUID())
  database.function('sha256', { deterministic: true }, text =>
    createHash('sha256').update(String(text)).digest(),
  )
  try {
    database.exec(`begin immediate;\n${sql}\n;commit`)
  } finally {
    if (database.inTransaction) database.exec('rollback')
  }
}

/** SQLite can roll back schema changes, so a migration that is killed half-way leaves nothing. */
class TransactionalSqliteDialect extends SqliteDialect {
  override createAdapter() {
    return new (class extends SqliteAdapter {
      override get supportsTransactionalDdl() {
        return true
      }
    })()
  }
}

function connect(file: string): Sqlite.Database {
  let database: Sqlite.Database | undefined
  try {
    // Password hashes are nobody else's business, whatever the umask says. An existing file is not
    // touched: closing it here would give up the lock that this process may already have on it.
    if (file !== ':memory:' && !existsSync(file)) closeSync(openSync(file, 'ax', 0o600))
    // A predecessor that was told to stop gets two seconds to let go of the file.
    database = new Sqlite(file, { timeout: 2_000 })
    // An exclusive lock, taken by the first statement and released by the system however this
    // process ends, keeps a second server away from the file.
    database.pragma('locking_mode = EXCLUSIVE')
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL') // an acknowledged session survives a power cut
    database.pragma('foreign_keys = ON')
    database.exec('begin immediate; commit')
    return database
  } catch (cause) {
    database?.close()
    const code = cause instanceof Sqlite.SqliteError ? cause.code : ''
    if (code.startsWith('SQLITE_BUSY')) {
      throw new StartupError(
        'database-in-use',
        `The database ${file} is in use by another process: stop that one, or give this one a data folder of its own.`,
        { cause },
      )
    }
    if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
      throw new StartupError(
        'database-unreachable',
        `The file ${file} is not a readable SQLite database: move it away or restore a backup.`,
        { cause },
      )
    }
    throw unwritable(file, cause)
  }
}
