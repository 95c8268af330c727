import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, type DatabaseOptions, openDatabase } from '../../src/index.ts'

export const adminUrl = process.env.TEST_DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/test'

/** An empty database of its own for one suite. */
export interface TestDatabase {
  readonly dialect: 'sqlite' | 'postgres'
  /** How many connection pools can share it. */
  readonly pools: number
  /**
   * Opens a pool, to be closed by the caller. In memory, SQLite's is a database of its own.
   * `through` is a local port that stands between.
   */
  open(options?: DatabaseOptions & { through?: number }): Promise<Database>
  /** Removes the database. */
  drop(): Promise<void>
}

export async function createSqlite(): Promise<TestDatabase> {
  return {
    dialect: 'sqlite',
    pools: 1,
    open: options => openDatabase({ url: ':memory:', ...options }),
    drop: async () => {},
  }
}

/** In a file, as the command has it. */
export async function createSqliteFile(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tabkeeper-'))
  return {
    dialect: 'sqlite',
    pools: 1,
    open: options => openDatabase({ dataDir, ...options }),
    drop: () => rm(dataDir, { recursive: true, force: true }),
  }
}

export async function createPostgres(): Promise<TestDatabase & { readonly url: string }> {
  const name = `tabkeeper_test_${randomBytes(6).toString('hex')}`
  await asAdmin(`create database ${name}`)
  const url = new URL(adminUrl)
  url.pathname = name
  return {
    dialect: 'postgres',
    pools: 4,
    url: url.href,
    open({ through, ...options } = {}) {
      const to = new URL(url)
      if (through !== undefined) to.host = `127.0.0.1:${through}`
      // Thousands of requests at once wait their turn for a connection, on however busy a machine.
      return openDatabase({ url: to.href, poolSize: 5, connectTimeout: 60_000, ...options })
    },
    drop: () => asAdmin(`drop database ${name} with (force)`),
  }
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 3_000 })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Whether PostgreSQL answers; with `CI=true` it must. */
export const hasPostgres = await asAdmin('select 1').then(
  () => true,
  (cause: unknown) => {
    if (process.env.CI !== 'true') return false
    throw new Error(`CI needs a PostgreSQL, and none answers at ${adminUrl}`, { cause })
  },
)
