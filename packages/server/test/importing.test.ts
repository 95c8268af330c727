import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hash } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/index.ts'
import { createSqlite, describeOnBoth, type TestDatabase } from './support/databases.ts'
import { createClock, day, minute, password, startServer } from './support/test-server.ts'

const text = readFileSync(new URL('../../../docs/importing.md', import.meta.url), 'utf8')

/** The statements of docs/importing.md, by what stands behind ```sql. */
const documented = new Map(
  [...text.matchAll(/^ *```sql (.+)\n([\s\S]*?)^ *```$/gm)].map(([, name = '', sql = '']) => [
    name,
    sql,
  ]),
)

function sql(...names: readonly string[]): string {
  return names
    .map(name => documented.get(name) ?? raise(`No "sql ${name}" in the document`))
    .join('')
}

function raise(message: string): never {
  throw new Error(message)
}

const quote = (value: string) => `'${value.replaceAll("'", "''")}'`
const at = (time: number) => quote(new Date(time).toISOString())

/** What the older systems had, in the names that SERVER.md and the older clients know. */
async function makeOldSystem(database: Database, layout: 'sessions' | 'user_sessions') {
  const { dialect } = database
  const [serial, instant, flag] =
    dialect === 'postgres'
      ? ['serial primary key', 'timestamptz', 'boolean']
      : ['integer primary key', 'text', 'integer']
  const now = Date.now()
  const long = 'a'.repeat(72)
  const cost = 4
  const accounts = [
    ['Kim@Bar.example ', await hash(password, { cost }), true],
    ['lou@bar.example', await hash(`${long} and more`, { cost, version: '2a' }), true],
    ['gone@bar.example', await hash(password, { cost }), false],
    ['kim@bar.example', await hash('another password', { cost }), true],
  ] as const
  const users = accounts.map(
    ([email, encoded, active]) =>
      `(${quote(email)}, 'Somebody', 'customer', ${quote(encoded)}, ${at(now - 90 * day)}, ${dialect === 'postgres' ? active : Number(active)})`,
  )
  const token = (name: string) => `${name}-${'x'.repeat(40)}`
  const sessions = [
    [1, token('kim-phone'), 'Kims phone', '198.51.100.7', now + 3 * day, true],
    [1, token('kim-till'), 'Till', '2001:db8::7', now + 3 * day, true],
    [1, token('kim-old'), 'Long ago', '198.51.100.8', now - day, true],
    [1, token('kim-ended'), 'Ended', '198.51.100.9', now + 3 * day, false],
    [3, token('gone'), 'Gone', '198.51.100.10', now + 3 * day, true],
  ] as const
  const rows = sessions.map(([user, secret, device, ip, expires, active]) => {
    const kept =
      layout === 'sessions'
        ? `${quote(secret)}, ${dialect === 'postgres' ? active : Number(active)}`
        : `${quote(createHash('sha256').update(secret).digest('hex'))}, ${active ? 'null' : at(now - day)}`
    return `(${user}, ${quote(device)}, ${quote(ip)}, ${at(now - 20 * day)}, ${at(now - day)}, ${at(expires)}, ${kept})`
  })
  const [columns, names] =
    layout === 'sessions'
      ? [
          `refresh_token text not null unique, is_active ${flag} not null`,
          'refresh_token, is_active',
        ]
      : [`token_hash text not null unique, revoked_at ${instant}`, 'token_hash, revoked_at']
  await database.script(`
    create table users (id ${serial}, email text not null, name text, role text, password_hash text,
      created_at ${instant} not null, is_active ${flag} not null);
    insert into users (email, name, role, password_hash, created_at, is_active) values ${users.join(', ')};
    insert into users (email, created_at, is_active) values ('sso@bar.example', ${at(now)}, ${dialect === 'postgres' ? 'true' : 1});
    create table ${layout} (id ${serial}, user_id integer not null references users (id), device_info text,
      ip_address text, created_at ${instant} not null, last_activity ${instant} not null,
      expires_at ${instant} not null, ${columns});
    insert into ${layout} (user_id, device_info, ip_address, created_at, last_activity, expires_at, ${names})
    values ${rows.join(', ')};`)
  return { token, long }
}

describeOnBoth('an import', create => {
  describe.each(['sessions', 'user_sessions'] as const)('from a table %s', layout => {
    let source: TestDatabase
    beforeAll(async () => {
      source = await create()
    })
    afterAll(() => source.drop())

    it('brings accounts and sessions along, by the statements of docs/importing.md', async () => {
      const { dialect } = source
      const database = await source.open()
      const { token, long } = await makeOldSystem(database, layout)
      await database.script(sql('rename').replace('table sessions', `table ${layout}`))
      const clock = createClock(Date.now())
      const world = await startServer(
        { ...source, open: async () => database },
        { clock, importedSessions: true },
      )
      const { call, refresh, me, server, kinds } = world
      await database.script(sql(`${dialect} users`, `${dialect} ${layout}`, `${dialect} arriving`))

      // Accounts, with their passwords.
      const login = (email: string, given: string) =>
        call('POST', '/login', { body: { email, password: given } })
      const hashOf = async (email: string) => {
        const users = database.kysely.selectFrom('users').selectAll()
        return (await users.where('email', '=', email).executeTakeFirstOrThrow()).password_hash
      }
      expect(await hashOf('kim@bar.example')).toMatch(/^\$2b\$/)
      expect(await login('kim@bar.example', 'wrong password')).toMatchObject({ status: 401 })
      expect(await login('kim@bar.example', password)).toMatchObject({
        status: 200,
        body: { user: { name: 'Somebody', role: 'customer' } },
      })
      expect(await hashOf('kim@bar.example')).toMatch(/^\$argon2id\$/)
      expect(await login('kim@bar.example', password)).toMatchObject({ status: 200 })
      expect(await login('gone@bar.example', password)).toMatchObject({ status: 401 })
      expect(await login('sso@bar.example', '!')).toMatchObject({ status: 401 })

      // Row 44: bcrypt has read 72 bytes, and its successor reads all.
      expect(await login('lou@bar.example', `${long} and less`)).toMatchObject({ status: 200 })
      expect(await login('lou@bar.example', `${long} and more`)).toMatchObject({ status: 401 })
      expect(await login('lou@bar.example', `${long} and less`)).toMatchObject({ status: 200 })

      // Sessions, as people see them.
      const kim = await server.users.findByEmail('kim@bar.example')
      const { sessions } = await server.store.listUserSessions(kim?.id ?? '')
      expect(
        sessions.slice(-2).map(({ deviceLabel, ip, clientId }) => ({ deviceLabel, ip, clientId })),
      ).toEqual(
        expect.arrayContaining([
          { deviceLabel: 'Kims phone', ip: '198.51.100.7', clientId: 'default' },
          { deviceLabel: 'Till', ip: '2001:db8::7', clientId: 'default' },
        ]),
      )
      expect(sessions).toHaveLength(4) // and the two of the sign-ins above

      // A refresh with the old token, its lost answer, and its successors.
      const first = await refresh(token('kim-phone'))
      expect(first).toMatchObject({
        status: 200,
        body: { rotation: 'rotated', user: { id: kim?.id } },
      })
      clock.advance(minute)
      const again = await refresh(token('kim-phone'))
      expect(again).toMatchObject({ status: 200, body: { rotation: 'recovered' } })
      expect(again.body.refresh_token).toMatch(/^srt1_/)
      expect(await me(again.body.access_token)).toMatchObject({ status: 200 })
      const next = await refresh(again.body.refresh_token)
      expect(next).toMatchObject({ status: 200, body: { rotation: 'rotated' } })

      // A copy of the old token is seen.
      clock.advance(minute)
      expect(await me(next.body.access_token)).toMatchObject({ status: 200 })
      expect(await refresh(token('kim-phone'))).toMatchObject({
        status: 401,
        body: { code: 'refresh_token_reused' },
      })
      expect(kinds()).toContain('reuse-detected')

      // What was over stays over, and the account that was disabled too.
      for (const name of ['kim-old', 'kim-ended', 'nobody']) {
        expect(await refresh(token(name))).toMatchObject({
          status: 401,
          body: { code: 'invalid_refresh_token' },
        })
      }
      expect(await refresh(token('gone'))).toMatchObject({ body: { code: 'account_disabled' } })

      // A sign-out with the old token ends its session.
      const out = { body: { refresh_token: token('kim-till') } }
      expect(await call('POST', '/logout', out)).toMatchObject({ status: 200 })
      expect(await refresh(token('kim-till'))).toMatchObject({ body: { code: 'session_revoked' } })
    })
  })

  it('is all or nothing', async () => {
    const source = await create()
    const database = await source.open()
    const failing = 'create table bottles (id integer); insert into glasses values (1);'
    await expect(database.script(failing)).rejects.toThrow('glasses')
    await database.script('create table bottles (id integer);')
    await database.close()
    await source.drop()
  })
})

describe('a server that takes no imported sessions', () => {
  it('refuses an old token without a statement', async () => {
    const { refresh, statements } = await startServer(await createSqlite())
    statements.length = 0
    expect(await refresh('x'.repeat(40))).toMatchObject({ status: 401 })
    expect(statements).toEqual([])
  })
})
