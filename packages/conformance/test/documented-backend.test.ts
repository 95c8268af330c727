import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkServer } from '../src/index.ts'
import { idsOf } from './support/backend.ts'
import { createDocumentedBackend, statements } from './support/documented-backend.ts'

const adminUrl = process.env.TEST_DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/test'

const asAdmin = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 3_000 })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Whether PostgreSQL answers; with `CI=true` it must. */
const hasPostgres = await asAdmin('select 1').then(
  () => true,
  (cause: unknown) => {
    if (process.env.CI !== 'true') return false
    throw new Error(`CI needs a PostgreSQL, and none answers at ${adminUrl}`, { cause })
  },
)

const account = { id: randomUUID(), email: 'eva@bar.example', password: 'correct horse' }

const suite = () => {
  const name = `tabkeeper_test_${randomBytes(6).toString('hex')}`
  let pool: pg.Pool
  beforeAll(async () => {
    await asAdmin(`create database ${name}`)
    const url = new URL(adminUrl)
    url.pathname = name
    pool = new pg.Pool({ connectionString: url.href, max: 5 })
    await pool.query(statements.get('tables') ?? '')
  })
  afterAll(async () => {
    await pool.end()
    await asAdmin(`drop database ${name} with (force)`)
  })

  it('keeps people signed in and detects theft', async () => {
    const report = await checkServer({
      authUrl: 'https://bar.example/api/auth',
      user: account.email,
      password: account.password,
      level: 'theft',
      fetch: createDocumentedBackend(pool, account),
      slow: true,
      // Time passes: everything happened that much earlier.
      async wait(milliseconds) {
        await pool.query(
          `update sessions set rotated_at = rotated_at - $1 * interval '1 millisecond',
             window_at = window_at - $1 * interval '1 millisecond'`,
          [milliseconds],
        )
      },
    })
    expect(report.results.filter(({ is }) => is === 'failed')).toEqual([])
    // It has what everybody needs: no events, no asking for the password again. No page was named that may
    // call from elsewhere, and the page says nothing of limits in SQL.
    const open = [
      'events-end',
      'cors-allows-page',
      'cors-on-refusals',
      'reauth-wrong-password',
      'flood-keeps-session',
    ]
    expect(idsOf(report, 'undecided')).toEqual(open)
    expect(idsOf(report, 'passed').length).toBeGreaterThan(25)
  })
}

const title = 'a backend made of the statements of docs/what-your-backend-must-do.md'
if (hasPostgres) describe(title, suite)
else describe.skip(`${title} (PostgreSQL: none answers at ${adminUrl})`, suite)
