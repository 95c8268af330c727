import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultClients } from '../src/index.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { fill, scansOf } from './support/query-plans.ts'
import { hour, minute, password, startServer, type TestServer } from './support/test-server.ts'

const clients = {
  ...defaultClients,
  till: { ...defaultClients.default, transport: 'cookie' },
} as const

/** What the database is asked. */
interface Cost {
  readonly reads: number
  readonly writes: number
  /** Transactions of several statements, each with a `begin` and a `commit` besides. */
  readonly transactions?: number
  /** News to other instances, of which SQLite has none. */
  readonly told?: number
}

/** Gets ready for an operation, and returns what is counted. */
type Prepare = (world: World) => Promise<() => Promise<{ status: number }>>

/** Every operation of a user, with what it costs in statements. */
const operations: Readonly<Record<string, readonly [Cost, Prepare]>> = {
  'a request with an access token': [
    { reads: 1, writes: 0 },
    async ({ signIn, me }) => {
      const { access } = await signIn()
      return () => me(access)
    },
  ],
  'the same, a minute after the last': [
    { reads: 1, writes: 1 },
    async ({ signIn, me, clock }) => {
      const { access } = await signIn()
      clock.advance(minute)
      return () => me(access)
    },
  ],
  'the same, for the first time after a refresh': [
    { reads: 1, writes: 1 },
    async ({ signIn, me, refresh }) => {
      const { body } = await refresh((await signIn()).refreshToken)
      return () => me(body.access_token)
    },
  ],
  'a request with a cookie': [
    { reads: 1, writes: 0 },
    async ({ signInByCookie }) => {
      const browser = await signInByCookie()
      return () => browser.get('/me')
    },
  ],
  'the same cookie, a minute after the last request': [
    { reads: 1, writes: 1 },
    async ({ signInByCookie, clock }) => {
      const browser = await signInByCookie()
      clock.advance(minute)
      return () => browser.get('/me')
    },
  ],
  'a refresh': [
    { reads: 0, writes: 1 },
    async ({ signIn, refresh }) => {
      const { refreshToken } = await signIn()
      return () => refresh(refreshToken)
    },
  ],
  'a refresh by cookie': [
    { reads: 0, writes: 1 },
    async ({ signInByCookie }) => {
      const browser = await signInByCookie()
      return () => browser.post('/refresh', { body: {} })
    },
  ],
  'a refresh that is repeated': [
    { reads: 1, writes: 1 },
    async ({ signIn, refresh }) => {
      const { refreshToken } = await signIn()
      await refresh(refreshToken)
      return () => refresh(refreshToken)
    },
  ],
  'a refresh whose answer was lost an hour ago': [
    { reads: 1, writes: 3 },
    async ({ signIn, refresh, clock }) => {
      const { refreshToken } = await signIn()
      await refresh(refreshToken)
      clock.advance(hour)
      return () => refresh(refreshToken)
    },
  ],
  'a refresh token that was stolen': [
    { reads: 1, writes: 3, told: 1 },
    async ({ signIn, refresh, me, clock }) => {
      const { refreshToken } = await signIn()
      await me((await refresh(refreshToken)).body.access_token)
      clock.advance(hour)
      return () => refresh(refreshToken)
    },
  ],
  'a refresh of a session that is over': [
    { reads: 1, writes: 1 },
    async ({ signIn, refresh, server }) => {
      const { id, refreshToken } = await signIn()
      await server.store.revokeSession(id)
      return () => refresh(refreshToken)
    },
  ],
  'a sign-in': [
    { reads: 3, writes: 3, transactions: 1, told: 1 },
    async ({ user, call }) => {
      const body = { email: user.email, password }
      return () => call('POST', '/login', { body })
    },
  ],
  'a sign-in with a wrong password': [
    { reads: 1, writes: 1 },
    async ({ user, call }) => {
      const body = { email: user.email, password: 'wrong' }
      return () => call('POST', '/login', { body })
    },
  ],
  'opening an account': [
    { reads: 3, writes: 4, transactions: 1, told: 1 },
    async ({ call }) => {
      const body = { email: `new-${Math.random()}@bar.example`, password }
      return () => call('POST', '/register', { body })
    },
  ],
  'a sign-out': [
    { reads: 2, writes: 2, told: 1 },
    async ({ signIn, call }) => {
      const { refreshToken } = await signIn()
      return () => call('POST', '/logout', { body: { refresh_token: refreshToken } })
    },
  ],
  'a sign-out everywhere': [
    { reads: 1, writes: 2, told: 1 },
    async ({ signIn, call }) => {
      const { access } = await signIn()
      return () => call('POST', '/logout-all', { token: access, body: {} })
    },
  ],
  'the list of sessions': [
    { reads: 3, writes: 0 },
    async ({ signIn, call }) => {
      const { access } = await signIn()
      return () => call('GET', '/sessions', { token: access })
    },
  ],
  'ending another session': [
    { reads: 2, writes: 2, told: 1 },
    async ({ signIn, call }) => {
      const other = await signIn()
      const { access } = await signIn()
      return () => call('DELETE', `/sessions/${other.id}`, { token: access })
    },
  ],
  'the password again': [
    { reads: 2, writes: 2, told: 1 },
    async ({ signIn, call }) => {
      const { access } = await signIn()
      return () => call('POST', '/reauthenticate', { token: access, body: { password } })
    },
  ],
  'another password': [
    { reads: 2, writes: 5, told: 2 },
    async ({ signIn, call }) => {
      const { access } = await signIn()
      const body = { current_password: password, new_password: password }
      return () => call('POST', '/password', { token: access, body })
    },
  ],
  'a request without a credential': [
    { reads: 0, writes: 0 },
    async ({ call }) => {
      return () => call('GET', '/me')
    },
  ],
  'an access token with one character changed': [
    { reads: 0, writes: 0 },
    async ({ signIn, me }) => {
      const { access } = await signIn()
      return () => me(spoilt(access, access.length - 40))
    },
  ],
  'a refresh token with one character changed': [
    { reads: 0, writes: 0 },
    async ({ signIn, refresh }) => {
      const { refreshToken } = await signIn()
      return () => refresh(spoilt(refreshToken, 40))
    },
  ],
  'a cookie with one character changed': [
    { reads: 0, writes: 0 },
    async ({ signInByCookie }) => {
      const browser = await signInByCookie()
      const headers = { Cookie: spoilt(browser.sent('/'), 80) }
      return () => browser.get('/me', { headers })
    },
  ],
  'a token that is none': [
    { reads: 0, writes: 0 },
    async ({ me }) => {
      return () => me('x'.repeat(2_000))
    },
  ],
}

type World = Awaited<ReturnType<typeof start>>

async function start(source: TestDatabase) {
  const world = await startServer(source, { clients, maxSessions: 1_000 })
  const user = await world.createUser()
  return {
    ...world,
    user,
    /** A session whose tokens have been used. */
    async signIn() {
      const session = await world.createSession(user)
      const { body } = await world.refresh(session.refreshToken)
      await world.me(body.access_token)
      return { ...session, refreshToken: body.refresh_token, access: body.access_token }
    },
    async signInByCookie() {
      const browser = world.browse('till')
      await browser.post('/login', { body: { email: user.email, password } })
      return browser
    },
  }
}

const spoilt = (token: string, at: number): string =>
  `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`

function costOf(statements: readonly string[]): Required<Cost> {
  const count = (pattern: RegExp) => statements.filter(one => pattern.test(one)).length
  return {
    reads: count(/^select (?!pg_notify)/),
    writes: count(/^(insert|update|delete) /),
    transactions: count(/^begin/),
    told: count(/^select pg_notify/),
  }
}

async function performAll(world: World & Pick<TestServer, 'statements'>) {
  const performed = new Map<string, readonly string[]>()
  for (const [name, [, prepare]] of Object.entries(operations)) {
    const perform = await prepare(world)
    world.statements.length = 0
    await perform()
    performed.set(name, [...world.statements])
  }
  return performed
}

describeOnBoth('cost', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  it('is so many statements for each operation, and no table is read from end to end', {
    timeout: 30_000,
  }, async () => {
    const world = await start(source)
    const performed = await performAll(world)

    const costs = Object.fromEntries([...performed].map(([name, all]) => [name, costOf(all)]))
    const expected = Object.entries(operations).map(([name, [cost]]) => {
      const { transactions = 0, told = 0 } = cost
      const isHeard = source.dialect === 'postgres'
      return [name, { ...cost, transactions, told: isHeard ? told : 0 }]
    })
    expect(costs).toEqual(Object.fromEntries(expected))

    const all = [...performed.values()].flat()
    const statements = new Set(all.filter(one => !/^(begin|commit)/.test(one)))
    expect(statements.size).toBeGreaterThan(15)
    await fill(world.database, 5_000)
    for (const statement of statements) {
      expect(await scansOf(world.database, statement), statement).toEqual([])
    }
  })

  it('is one statement for many requests that would have to wait', {
    timeout: 30_000,
  }, async () => {
    const { signIn, me, statements, database } = await start(source)
    const sessions = [await signIn(), await signIn(), await signIn()]
    statements.length = 0
    const answers = await Promise.all(
      sessions.flatMap(({ access }) => Array.from({ length: 10 }, () => me(access))),
    )
    const ids = answers.map(({ status, body }) => [status, body.session.id])
    expect(ids).toEqual(sessions.flatMap(({ id }) => Array(10).fill([200, id])))
    const asked = [...statements]
    if (source.dialect === 'sqlite') return expect(asked).toHaveLength(30)
    expect(asked.length).toBeLessThan(10)
    await fill(database, 5_000)
    for (const statement of new Set(asked)) {
      expect(await scansOf(database, statement), statement).toEqual([])
    }
  })

  it('goes on with its plans when a newer instance adds a column', async () => {
    const { signIn, me, refresh, database } = await start(source)
    const { access, refreshToken } = await signIn()
    await sql`alter table sessions add column added_later text`.execute(database.kysely)
    expect(await me(access)).toMatchObject({ status: 200 })
    expect(await refresh(refreshToken)).toMatchObject({ status: 200 })
  })

  it('keeps what is written once a minute out of every index', async () => {
    const { database } = await startServer(source)
    const { rows } = await (database.dialect === 'postgres'
      ? sql<{
          index: string
        }>`select indexdef as "index" from pg_indexes where tablename = 'sessions'`
      : sql<{ index: string }>`select sql as "index" from sqlite_master where type = 'index'`
    ).execute(database.kysely)
    const indexes = rows.map(({ index }) => `${index}`) // SQLite's own have no SQL
    expect(indexes.join()).toContain('user_id')
    expect(indexes.filter(index => index.includes('last_seen_at'))).toEqual([])
  })
})
