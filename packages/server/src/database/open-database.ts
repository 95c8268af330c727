import { Kysely, type LogEvent } from 'kysely'
import { isTraced } from '../observe/is-traced.ts'
import { traceStatement } from '../observe/trace-statement.ts'
import { StartupError } from '../startup-error.ts'
import type { Notifications } from './notifications.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'
import type { Tables } from './tables.ts'

/** A database that answers, with one set of queries for both kinds. */
export interface Database {
  readonly kysely: Kysely<Tables>
  readonly dialect: 'sqlite' | 'postgres'
  /** Says where the data is, without credentials. */
  readonly location: string
  /** Absent where one process has the database for itself. */
  readonly notifications?: Notifications | undefined
  /** Says that a statement will be asked again and again, so that it is worth to keep its plan. */
  keepPlan(sql: string): void
  /**
   * Runs SQL of several statements, all of it or nothing: for imports. SQLite then knows
   * `gen_random_uuid()` and `sha256(text)`, as PostgreSQL does.
   */
  script(sql: string): Promise<void>
  /** Ends all connections; safe to call twice. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  /**
   * `postgres://…` for PostgreSQL, `:memory:` for a SQLite that is gone at the end.
   * @default a SQLite file in `dataDir`
   */
  url?: string | undefined
  /** The folder of the SQLite file `tabkeeper.sqlite`; made when it is missing. */
  dataDir?: string | undefined
  /** Most connections to PostgreSQL at a time. @default 10 */
  poolSize?: number | undefined
  /** Milliseconds after which a PostgreSQL that does not answer is given up. @default 5_000 */
  connectTimeout?: number | undefined
  /** Sees the text of every statement (never its values). */
  onStatement?: ((sql: string) => void) | undefined
}

/**
 * Opens the database and proves that it answers. Migrations are applied by `createAuthServer`.
 *
 * @throws {StartupError} `data-folder-unwritable`, `database-in-use` (another process has the SQLite
 * file) or `database-unreachable`.
 * @example
 * const database = await openDatabase({ dataDir: '.data' })
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { dialect, kind, location, notifications, keepPlan, script, end } = await open(options)
  const { onStatement } = options
  const kysely = new Kysely<Tables>({
    dialect,
    ...((onStatement || isTraced()) && {
      log(event: LogEvent) {
        traceStatement(event, kind)
        onStatement?.(event.query.sql)
      },
    }),
  })
  let closed: Promise<void> | undefined
  return {
    kysely,
    dialect: kind,
    location,
    notifications,
    keepPlan,
    script,
    close: () => {
      closed ??= end() // not by Kysely, which closes only what it has used
      return closed
    },
  }
}

async function open({ url, dataDir, poolSize, connectTimeout }: DatabaseOptions) {
  if (url === ':memory:') return openSqlite(':memory:')
  if (url) {
    if (!/^postgres(ql)?:\/\//.test(url)) {
      throw new StartupError(
        'bad-setting',
        'The database URL must begin with postgres:// (or be left out for an embedded database).',
      )
    }
    return openPostgres({ url, poolSize, connectTimeout })
  }
  if (dataDir) return openSqlite({ dataDir })
  throw new StartupError('bad-setting', 'A database needs a "url" or a "dataDir".')
}
