import { randomBytes } from 'node:crypto'
import pg from 'pg'

const adminUrl =
  process.env.BENCH_DATABASE_URL ??
  process.env.TEST_DATABASE_URL ??
  'postgres://root@127.0.0.1:5432/test'

const prefix = 'tabkeeper_bench_'

/** A database that is dropped at the end. */
export interface TemporaryDatabase extends AsyncDisposable {
  readonly url: string
  query<Row extends object>(sql: string): Promise<readonly Row[]>
}

export async function createTemporaryDatabase(): Promise<TemporaryDatabase> {
  const name = `${prefix}${randomBytes(6).toString('hex')}`
  await queryAt(adminUrl, `create database ${name}`)
  const url = new URL(adminUrl)
  url.pathname = name
  return {
    url: url.href,
    query: sql => queryAt(url.href, sql),
    async [Symbol.asyncDispose]() {
      await queryAt(adminUrl, `drop database ${name} with (force)`)
    },
  }
}

/** Drops what a run that was ended in the middle has left behind. */
export async function dropLeftOvers(): Promise<void> {
  const leftOver = await queryAt<{ name: string }>(
    adminUrl,
    `select datname as name from pg_database
     where starts_with(datname, '${prefix}')
       and not exists (select from pg_stat_activity used where used.datname = pg_database.datname)`,
  )
  for (const { name } of leftOver) await queryAt(adminUrl, `drop database if exists ${name}`)
}

/** Says which PostgreSQL it is, and how it is set where that matters for what is measured. */
export async function describePostgres(): Promise<string> {
  const [row] = await queryAt<{ version: string; buffers: string; commit: string }>(
    adminUrl,
    `select current_setting('server_version') as version,
       current_setting('shared_buffers') as buffers,
       current_setting('synchronous_commit') as commit`,
  )
  const version = row?.version.split(' ')[0]
  return `PostgreSQL ${version}, shared_buffers ${row?.buffers}, synchronous_commit ${row?.commit}`
}

async function queryAt<Row extends object>(url: string, sql: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
