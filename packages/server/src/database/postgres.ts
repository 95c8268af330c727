import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { StartupError } from '../startup-error.ts'
import { createNotifications } from './notifications.ts'

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
    options: '-c timezone=UTC',
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
  /** The names by which connections know the statements whose plans they keep. */
  const names = new Map<string, string>()
  return {
    dialect: new PostgresDialect({ pool: withNames(pool, names) }),
    kind: 'postgres' as const,
    location,
    notifications: createNotifications(url, connectTimeout),
    keepPlan: (sql: string) => void names.set(sql, `tabkeeper_${names.size}`),
    script: (sql: string) => runScript(url, sql),
    end: () => pool.end(),
  }
}

/** What has a name is parsed and planned once per connection, whatever the values. */
const withNames = (pool: pg.Pool, names: ReadonlyMap<string, string>): PostgresPool => ({
  options: pool.options,
  end: () => pool.end(),
  async connect() {
    const client = await pool.connect()
    const query = (text: string, values: unknown[]) =>
      client.query({ name: names.get(text), text, values })
    return {
      // Cursors, the other way to ask, are not used; and what `pg` calls text are Kysely's commands.
      query: query as unknown as PostgresPoolClient['query'],
      release: destroy => client.release(destroy),
    }
  },
})

/** On a connection of its own, which may take as long as it takes. */
async function runScript(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'tabkeeper (script)' })
  await client.connect()
  try {
    await client.query(`begin;\n${sql}\n;commit`)
  } finally {
    await client.end() // and with it a transaction that has failed
  }
}

/** Makes PostgreSQL return the same values as SQLite: ISO 8601 instants, numbers for counts. */
const parserOf: pg.CustomTypesConfig['getTypeParser'] = (oid, format) => {
  const parse = pg.types.getTypeParser(oid, format)
  if (oid === pg.types.builtins.TIMESTAMPTZ) return parseInstant
  if (oid === pg.types.builtins.INT8) return Number
  return parse
}

const parseTimestamp = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)

function parseInstant(text: string): string {
  // As this server writes them and, in UTC, PostgreSQL shows them: nothing has to be computed.
  if (/^.{10} .{8}\.\d{3}\+00$/.test(text)) return `${text.slice(0, 10)}T${text.slice(11, 23)}Z`
  // The parser of `pg` returns a Date for every finite timestamp, and only those are stored.
  const date = parseTimestamp(text) as Date
  return date.toISOString()
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
