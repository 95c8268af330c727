import { PostgresDialect } from 'kysely'
import pg from 'pg'
import { StartupError } from '../startup-error.ts'

interface PostgresOptions {
  readonly url: string
  readonly poolSize?: number | undefined
  readonly connectTimeout?: number | undefined
}

/** Opens a pool and waits for one answer, at most `connectTimeout`. */
export async function openPostgres({
  url,
  poolSize = 10,
  connectTimeout = 5_000,
}: PostgresOptions) {
  const location = withoutCredentials(url)
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeout,
    statement_timeout: 10_000,
    query_timeout: 12_000, // for a connection that has gone silent and cannot say so
    application_name: 'tabkeeper',
    types: { getTypeParser: parserOf },
  })
  // The pool replaces a connection that breaks, and the query on it fails; but an error that nobody
  // listens to, idle or in use, would end the process.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  try {
    await pool.query('select 1')
  } catch (cause) {
    await pool.end()
    throw new StartupError(
      'database-unreachable',
      `The database at ${location} does not answer: check DATABASE_URL and that PostgreSQL is running. (${messageOf(cause)})`,
      { cause },
    )
  }
  return {
    dialect: new PostgresDialect({ pool }),
    kind: 'postgres' as const,
    location,
    end: () => pool.end(),
  }
}

/** Makes PostgreSQL return the same values as SQLite: ISO 8601 instants, numbers for counts. */
const parserOf: pg.CustomTypesConfig['getTypeParser'] = (oid, format) => {
  const parse = pg.types.getTypeParser(oid, format)
  if (oid === pg.types.builtins.TIMESTAMPTZ) {
    return (text: string) => {
      // The parser of `pg` returns a Date for every finite timestamp, and only those are stored.
      const date = parse(text) as Date
      return date.toISOString()
    }
  }
  if (oid === pg.types.builtins.INT8) return Number
  return parse
}

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return 'the given URL'
  const { host, pathname } = new URL(url)
  return `postgres://${host || 'localhost'}${pathname}`
}

/** A host with several addresses fails with an error that has no message but one per address. */
function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join(', ')
  return cause instanceof Error ? cause.message : String(cause)
}
