import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultClients } from '../src/index.ts'
import { createLogger } from '../src/node/index.ts'
import { hashSecret, newSecret, secretLength } from '../src/tokens/refresh-token.ts'
import { createSqlite } from './support/databases.ts'
import { minute, password, startServer } from './support/test-server.ts'

const clients = {
  ...defaultClients,
  till: { ...defaultClients.default, transport: 'cookie' },
} as const

describe('secrets', () => {
  it('row 49: are in no event, in no line of the log or the console, and nowhere in the database', async () => {
    const said: string[] = []
    const restore = (['log', 'info', 'warn', 'error', 'debug'] as const).map(level => {
      const original = console[level]
      console[level] = (...words) => said.push(words.map(String).join(' '))
      return () => {
        console[level] = original
      }
    })
    try {
      const adminToken = 'kQm1cLrTz0vXy8sUe7hWnBpGf3aJd5oI2tE6uR9q'
      const world = await startServer(await createSqlite(), {
        clients,
        admin: { tokens: [adminToken] },
        logger: createLogger('debug', line => said.push(line)),
      })
      const secrets = new Set([password, adminToken, 'wrong password'])
      const keep = (value: unknown) => {
        for (const [token] of JSON.stringify(value).matchAll(
          /srt1_[\w-]{96}|eyJ[\w-]+\.[\w-]+\.[\w-]+/g,
        )) {
          secrets.add(token)
          // A database that kept the family secret would do so without its wrapping.
          if (token.startsWith('srt1_')) {
            const family = Buffer.from(token.slice(5), 'base64url').subarray(22, 40)
            for (const form of ['hex', 'base64', 'base64url'] as const) {
              secrets.add(family.toString(form))
            }
          }
        }
      }
      const { call, refresh, signUp, clock, browse, events, database, statements } = world
      const kim = await signUp()
      keep(kim)
      const credentials = { email: kim.user.email, password }
      await call('POST', '/login', { body: { ...credentials, password: 'wrong password' } })
      const { body: next } = await refresh(kim.refresh_token)
      keep(next)
      await call('GET', '/me', { token: next.access_token })
      const { body: renewed } = await call('POST', '/reauthenticate', {
        token: next.access_token,
        body: { password },
      })
      keep(renewed)
      clock.advance(minute)
      await refresh(kim.refresh_token) // refused
      await refresh(`${renewed.refresh_token}x`)
      const victim = await signUp()
      keep(victim)
      const { body: thiefs } = await refresh(victim.refresh_token)
      keep(thiefs)
      await call('GET', '/me', { token: thiefs.access_token })
      clock.advance(minute)
      await refresh(victim.refresh_token) // a theft
      const browser = browse('till')
      const login = await browser.post('/login', { body: credentials })
      keep(login.headers.getSetCookie())
      await browser.get('/me')
      await browser.post('/logout')
      await call('GET', '/../admin/dashboard', { headers: { 'X-Admin-Token': adminToken } })
      await call('POST', '/login', { body: `{"password":"${password}"` })

      const tables = ['users', 'sessions', 'auth_events', 'known_devices'] as const
      const rows = await Promise.all(
        tables.map(table => database.kysely.selectFrom(table).selectAll().execute()),
      )
      const kept = JSON.stringify(rows, (_, value) =>
        value?.type === 'Buffer'
          ? (['hex', 'base64', 'base64url'] as const).map(form => Buffer.from(value).toString(form))
          : value,
      )
      said.push(...statements)
      expect(said.length).toBeGreaterThan(100)
      const everything = [JSON.stringify(events), ...said, kept].join('\n')
      expect(events.map(({ kind }) => kind)).toContain('reuse-detected')
      expect(secrets.size).toBeGreaterThan(15)
      for (const secret of secrets) expect(everything.includes(secret)).toBe(false)
    } finally {
      for (const undo of restore) undo()
    }
  })

  it('row 3: come from the system’s random numbers, and from nowhere else', async () => {
    const folder = new URL('../src/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      name => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    )
    expect(files.length).toBeGreaterThan(60)
    for (const name of files) {
      expect([name, readFileSync(new URL(name, folder), 'utf8')]).toEqual([
        name,
        expect.not.stringContaining('Math.random'),
      ])
    }
  })

  it('row 3: of 100,000 are all different, and 144 bits long', async () => {
    const { server, createUser, row } = await startServer(await createSqlite(), {
      maxSessions: 10,
    })
    const { id: userId } = await createUser()
    const device = { deviceLabel: null, userAgent: null, ip: null }
    const made = await server.store.createSession({
      userId,
      clientId: 'default',
      remember: false,
      ...device,
    })
    expect(made?.secret).toHaveLength(secretLength)
    expect(secretLength * 8).toBe(144)
    expect((await row(made?.session.id ?? '')).seed_hash).toEqual(
      hashSecret(made?.secret ?? Buffer.alloc(0)),
    )
    const secrets = new Set<string>()
    for (let count = 0; count < 100_000; count++) secrets.add(newSecret().toString('hex'))
    expect(secrets.size).toBe(100_000)
  })
})
