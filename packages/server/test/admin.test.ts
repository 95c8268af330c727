import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthServer, generateKeys } from '../src/index.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { day, hour, minute, password, startServer } from './support/test-server.ts'

const adminToken = 'kQm1cLrTz0vXy8sUe7hWnBpGf3aJd5oI2tE6uR9q'

describeOnBoth('administration', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  /** A server with an administrator who has signed in, and a way to ask as one. */
  async function start(options?: Parameters<typeof startServer>[1]) {
    const world = await startServer(source, options)
    const email = `boss-${crypto.randomUUID()}@bar.example`
    const created = await world.server.users.create({ email, password, role: 'admin' })
    if (created.is !== 'created') throw new Error(created.is)
    const { body: boss } = await world.call('POST', '/login', { body: { email, password } })
    const ask = (method: string, path: string, call: Parameters<typeof world.call>[2] = {}) =>
      world.call(method, `/../admin${path}`, { token: boss.access_token, ...call })
    return { ...world, boss, ask }
  }

  const withToken = (token = adminToken, headers = {}) => ({
    token: undefined,
    headers: { 'X-Admin-Token': token, ...headers },
  })

  describe('of sessions', () => {
    it('lists those of all users and finds them by user, device and address', async () => {
      const { ask, signUp, boss } = await start()
      const mark = crypto.randomUUID().slice(0, 8)
      const kim = await signUp({
        body: {
          email: `kim_${mark}@bar.example`,
          password,
          name: 'Kim',
          device_label: 'Till 100%',
        },
        ip: '198.51.100.23',
      })
      const all = await ask('GET', '/sessions?limit=200')
      expect(all.status).toBe(200)
      const ids = all.body.sessions.map(({ id }: { id: string }) => id)
      expect(ids).toEqual(expect.arrayContaining([kim.session.id, boss.session.id]))
      expect(all.body.sessions.find(({ id }: { id: string }) => id === boss.session.id)).toEqual(
        expect.objectContaining({ current: true, user: boss.user }),
      )
      const found = async (q: string) => {
        const { body } = await ask('GET', `/sessions?limit=200&q=${encodeURIComponent(q)}`)
        expect(body.total).toBe(body.sessions.length)
        return body.sessions.filter(({ id }: { id: string }) => id === kim.session.id).length
      }
      expect(await found(`KIM_${mark.toUpperCase()}`)).toBe(1)
      expect(await found('till 100%')).toBe(1)
      expect(await found('198.51.100.')).toBe(1)
      expect(await found(`kim%${mark}`)).toBe(0)
      expect(await found(`kimx${mark}`)).toBe(0)
      expect(await found("'; drop table sessions; --")).toBe(0)
    })

    it('row 11: ends one session of a user, or all of them, and says who did it', async () => {
      const { ask, signUp, call, me, events, boss } = await start()
      const kim = await signUp()
      const login = { body: { email: kim.user.email, password } }
      const { body: second } = await call('POST', '/login', login)
      const path = `/users/${kim.user.id}/sessions`
      expect(await ask('GET', path)).toMatchObject({ status: 200, body: { total: 2 } })
      expect(await ask('DELETE', `${path}/${second.session.id}`)).toMatchObject({ status: 204 })
      expect(await me(second.access_token)).toMatchObject({
        status: 401,
        body: { code: 'session_revoked', reason: 'admin' },
      })
      expect(await me(kim.access_token)).toMatchObject({ status: 200 })
      await call('POST', '/login', login)
      expect(await ask('DELETE', path)).toMatchObject({ status: 200, body: { revoked: 2 } })
      expect(await me(kim.access_token)).toMatchObject({ status: 401 })
      expect(events.filter(({ data }) => data.by === boss.user.id)).toMatchObject([
        { kind: 'revoked', userId: kim.user.id, data: { reason: 'admin' } },
        { kind: 'revoked', userId: kim.user.id, data: { reason: 'admin', count: 2 } },
      ])
    })

    it('row 11: ends all of the tenant, but the one that asks', async () => {
      const { ask, signUp, me, boss } = await start()
      const [kim, lou] = [await signUp(), await signUp()]
      const { status, body } = await ask('DELETE', '/sessions')
      expect(status).toBe(200)
      expect(body.revoked).toBeGreaterThanOrEqual(2)
      for (const one of [kim, lou])
        expect(await me(one.access_token)).toMatchObject({ status: 401 })
      expect(await me(boss.access_token)).toMatchObject({ status: 200 })
    })

    it('row 15: answers for a session of another user as for none', async () => {
      const { ask, signUp, me } = await start()
      const [kim, lou] = [await signUp(), await signUp()]
      for (const sid of [lou.session.id, crypto.randomUUID(), 'x']) {
        expect(await ask('DELETE', `/users/${kim.user.id}/sessions/${sid}`)).toMatchObject({
          status: 404,
          body: { code: 'session_not_found' },
        })
      }
      for (const id of [crypto.randomUUID(), 'x']) {
        expect(await ask('GET', `/users/${id}/sessions`)).toMatchObject({
          status: 404,
          body: { code: 'user_not_found' },
        })
      }
      expect(await me(lou.access_token)).toMatchObject({ status: 200 })
    })

    it('row 13: wants a recent password for everything that changes something', async () => {
      const { ask, signUp, clock } = await start()
      const kim = await signUp()
      clock.advance(20 * minute)
      const user = `/users/${kim.user.id}`
      for (const [method, path] of [
        ['DELETE', '/sessions'],
        ['DELETE', `/sessions/${kim.session.id}`],
        ['DELETE', `${user}/sessions`],
        ['DELETE', `${user}/sessions/${kim.session.id}`],
        ['POST', `${user}/disable`],
        ['POST', `${user}/enable`],
      ] as const) {
        expect(await ask(method, path)).toMatchObject({
          status: 401,
          body: { code: 'insufficient_user_authentication' },
        })
      }
      expect(await ask('GET', `${user}/sessions`)).toMatchObject({ body: { total: 1 } })
    })
  })

  describe('row 1: is for administrators', () => {
    const routes = [
      ['GET', '/dashboard'],
      ['GET', '/sessions'],
      ['DELETE', '/sessions'],
      ['DELETE', '/sessions/x'],
      ['GET', '/users'],
      ['GET', '/users/x/sessions'],
      ['DELETE', '/users/x/sessions'],
      ['DELETE', '/users/x/sessions/x'],
      ['POST', '/users/x/disable'],
      ['POST', '/users/x/enable'],
      ['GET', '/events'],
    ] as const

    it.each(routes)('%s %s refuses guests and users', async (method, path) => {
      const { ask, signUp } = await start()
      const kim = await signUp()
      expect(await ask(method, path, { token: undefined })).toMatchObject({
        status: 401,
        body: { code: 'not_authenticated' },
      })
      expect(await ask(method, path, { token: kim.access_token })).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      })
    })

    it.each(routes.filter(([method]) => method !== 'GET'))(
      'row 20: %s %s refuses a forged request by cookie',
      async (method, path) => {
        const { boss, browse } = await startWithCookies()
        const browser = browse('desk')
        await browser.post('/login', { body: { email: boss.user.email, password } })
        const headers = { 'Sec-Fetch-Site': 'cross-site' }
        expect(await browser.request(method, `/api/admin${path}`, { headers })).toMatchObject({
          status: 403,
          body: { code: 'csrf_rejected' },
        })
      },
    )

    async function startWithCookies() {
      const lifetimes = { idle: hour, absolute: day }
      const desk = { session: lifetimes, remembered: lifetimes, transport: 'cookie' } as const
      const clients = { default: { session: lifetimes, remembered: lifetimes }, desk }
      return start({ clients })
    }

    it('has another role or path, or is not there, where the server says so', async () => {
      const { call, signUp, database, keys, clock } = await start({
        admin: { role: 'owner', path: '/staff' },
      })
      const kim = await signUp()
      const token = kim.access_token
      expect(await call('GET', '/../admin/dashboard', { token })).toMatchObject({ status: 404 })
      expect(await call('GET', '/../../staff/dashboard', { token })).toMatchObject({ status: 403 })
      await database.kysely
        .updateTable('users')
        .set({ role: 'owner' })
        .where('id', '=', kim.user.id)
        .execute()
      expect(await call('GET', '/../../staff/dashboard', { token })).toMatchObject({ status: 200 })
      const without = await createAuthServer({ database, keys, clock, admin: false })
      expect(await call('GET', '/../admin/dashboard', { token }, without)).toMatchObject({
        status: 404,
      })
    })
  })

  it('lists users, finds them, disables and enables them', async () => {
    const { ask, signUp, me, events } = await start()
    const kim = await signUp()
    const list = (q: string) => ask('GET', `/users?q=${encodeURIComponent(q)}`)
    expect((await list(kim.user.email.toUpperCase())).body).toMatchObject({
      users: [{ ...kim.user, disabled: false }],
      next_cursor: null,
    })
    expect(await ask('POST', `/users/${kim.user.id}/disable`)).toMatchObject({ status: 204 })
    expect(await me(kim.access_token)).toMatchObject({ body: { code: 'account_disabled' } })
    expect((await list(kim.user.email)).body.users).toMatchObject([{ disabled: true }])
    expect(await ask('POST', `/users/${kim.user.id}/enable`)).toMatchObject({ status: 204 })
    expect(await me(kim.access_token)).toMatchObject({ status: 200 })
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['user-disabled', 'user-enabled']),
    )
    const pages: string[] = []
    let cursor = ''
    do {
      const { body } = await ask('GET', `/users?limit=1${cursor && `&cursor=${cursor}`}`)
      pages.push(...body.users.map(({ email }: { email: string }) => email))
      cursor = body.next_cursor && encodeURIComponent(body.next_cursor)
    } while (cursor)
    expect(pages).toEqual([...new Set(pages)].sort())
    expect(pages).toContain(kim.user.email)
  })

  describe('the dashboard', () => {
    it('counts sessions as the database knows them, and refreshes as this instance has seen them', async () => {
      const { ask, signUp, call, refresh, server } = await start()
      const before = (await ask('GET', '/dashboard')).body
      const kim = await signUp()
      await call('POST', '/login', { body: { email: kim.user.email, password }, client: 'admin' })
      const lou = await signUp()
      await call('POST', '/logout', { token: lou.access_token })
      const { body } = await refresh(kim.refresh_token)
      await refresh(kim.refresh_token)
      await refresh('nonsense')
      const disabled = await signUp()
      await server.users.setDisabled(disabled.user.id, true)
      const after = (await ask('GET', '/dashboard')).body
      expect(after).toMatchObject({
        active: before.active + 2,
        users: before.users + 1,
        active_by_client: { admin: (before.active_by_client.admin ?? 0) + 1 },
        created_today: before.created_today + 4,
        expired: before.expired,
        revoked: { ...before.revoked, logout: (before.revoked.logout ?? 0) + 1 },
        refreshes: { rotated: 1, replayed: 1, recovered: 0, refused: 1, reuse_detected: 0 },
      })
      expect(after.per_user.most).toBeGreaterThanOrEqual(2)
      expect(body.rotation).toBe('rotated')
    })

    it('forgets what was over a day ago', async () => {
      const { ask, signUp, clock, server, boss, refresh } = await start()
      await signUp() // will have expired
      const lou = await signUp()
      await server.store.revokeSession(lou.session.id, { reason: 'made-up' })
      let { refresh_token, access_token } = boss
      const later = async (ms: number) => {
        clock.advance(ms)
        ;({ refresh_token, access_token } = (await refresh(refresh_token)).body)
        return (await ask('GET', '/dashboard', { token: access_token })).body
      }
      expect((await later(day - 1)).revoked).toMatchObject({ 'made-up': 1 })
      const first = await later(1)
      expect(first.expired).toBeGreaterThanOrEqual(1)
      expect(first.revoked).not.toHaveProperty('made-up')
      await later(day / 2)
      expect(await later(day / 2)).toMatchObject({ expired: 0, created_today: 0 })
    })

    it('is for Prometheus in its own text format', async () => {
      const { server, signUp, call } = await start()
      const kim = await signUp()
      await call('POST', '/logout', { token: kim.access_token })
      await server.store.revokeSession((await signUp()).session.id, { reason: 'a "b"\\c\nd' })
      const text = await server.metrics()
      expect(text).toMatch(
        /^# TYPE tabkeeper_sessions_active gauge\ntabkeeper_sessions_active \d+$/m,
      )
      expect(text).toContain('tabkeeper_events_total{kind="registered"} 2\n')
      expect(text).toContain('tabkeeper_revoked_sessions_total{reason="logout"} 1\n')
      expect(text).toContain('tabkeeper_revoked_sessions_total{reason="a \\"b\\"\\\\c\\nd"} 1\n')
      for (const line of text.trimEnd().split('\n')) {
        expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="([^"\\\n]|\\.)*"\})? [\d.]+)$/)
      }
    })
  })

  describe('with an admin token', () => {
    const tokens = { admin: { tokens: [adminToken] } }

    it('row 45: reads the listed endpoints and ends sessions of a user, and each use is written down', async () => {
      const { ask, signUp, me, database } = await start(tokens)
      const kim = await signUp()
      const mark = kim.user.id
      for (const path of ['/dashboard', '/sessions', '/users', `/users/${mark}/sessions`]) {
        expect(await ask('GET', path, withToken())).toMatchObject({ status: 200 })
      }
      expect(await ask('DELETE', `/users/${mark}/sessions`, withToken())).toMatchObject({
        status: 200,
        body: { revoked: 1 },
      })
      expect(await me(kim.access_token)).toMatchObject({ body: { reason: 'admin' } })
      const rows = await database.kysely
        .selectFrom('auth_events')
        .select(['kind', 'data'])
        .orderBy('id', 'desc')
        .limit(6)
        .execute()
      expect(rows.map(({ kind }) => kind)).toEqual([
        'revoked',
        ...Array(5).fill('admin-token-used'),
      ])
      expect(JSON.stringify(rows)).toContain('admin-token')
      expect(JSON.stringify(rows)).not.toContain(adminToken)
    })

    it.each([
      ['DELETE', '/sessions'],
      ['DELETE', `/sessions/${crypto.randomUUID()}`],
      ['POST', `/users/${crypto.randomUUID()}/disable`],
      ['GET', '/events'],
    ])('row 45: is nobody at %s %s', async (method, path) => {
      const { ask } = await start(tokens)
      expect(await ask(method, path, withToken())).toMatchObject({
        status: 401,
        body: { code: 'not_authenticated' },
      })
    })

    it('row 45: refuses a wrong one, and any where none is configured', async () => {
      const { ask } = await start(tokens)
      for (const wrong of ['', 'x', `${adminToken} x`, adminToken.toLowerCase()]) {
        expect(await ask('GET', '/dashboard', withToken(wrong))).toMatchObject({ status: 401 })
      }
      const off = await start()
      expect(await off.ask('GET', '/dashboard', withToken())).toMatchObject({
        status: 401,
        body: { code: 'not_authenticated' },
      })
    })

    it('row 45: is limited', async () => {
      const { ask } = await start({
        ...tokens,
        rateLimits: { adminToken: { points: 2, seconds: 60 } },
      })
      const statuses = []
      for (let attempt = 0; attempt < 3; attempt++) {
        statuses.push((await ask('GET', '/dashboard', withToken('wrong'))).status)
      }
      expect(statuses).toEqual([401, 401, 429])
    })

    it('row 45: that is too short refuses to start', async () => {
      const database = await source.open()
      const keys = await generateKeys()
      await expect(
        createAuthServer({ database, keys, admin: { tokens: ['short'] } }),
      ).rejects.toMatchObject({ code: 'bad-setting' })
      await database.close()
    })

    it.each(['Origin', 'Sec-Fetch-Site', 'Sec-Fetch-Mode'])(
      'row 46: refuses a browser, which sends %s',
      async header => {
        const { ask, kinds } = await start(tokens)
        const call = withToken(adminToken, { [header]: 'https://bar.example' })
        expect(await ask('GET', '/dashboard', call)).toMatchObject({
          status: 403,
          body: { code: 'forbidden' },
        })
        expect(kinds()).toContain('admin-token-refused')
      },
    )

    it('row 2: is no session', async () => {
      const { call } = await start(tokens)
      for (const [method, path] of [
        ['GET', '/me'],
        ['GET', '/sessions'],
        ['POST', '/logout-all'],
        ['POST', '/password'],
      ] as const) {
        const headers = { 'X-Admin-Token': adminToken }
        expect(await call(method, path, { headers })).toMatchObject({ status: 401 })
        expect(await call(method, path, { token: adminToken })).toMatchObject({ status: 401 })
      }
    })
  })

  describe('of the audit trail', () => {
    it('row 50: reads what happened to whom, newest first, page by page', async () => {
      const { ask, signUp, call } = await start()
      const kim = await signUp()
      await call('POST', '/logout', { token: kim.access_token })
      const query = `/events?user_id=${kim.user.id}`
      const { body } = await ask('GET', query)
      expect(body.events).toMatchObject([
        { kind: 'revoked', session_id: kim.session.id, data: { reason: 'logout' } },
        { kind: 'registered', user_id: kim.user.id, ip: '203.0.113.7', data: {} },
      ])
      const [newest] = body.events
      expect((await ask('GET', `${query}&before=${newest.id}`)).body.events).toMatchObject([
        { kind: 'registered' },
      ])
      expect((await ask('GET', `${query}&kind=revoked`)).body.events).toHaveLength(1)
      for (const bad of ['?limit=0', '?user_id=x', '?before=x']) {
        expect(await ask('GET', `/events${bad}`)).toMatchObject({ status: 400 })
      }
    })

    it('is kept for as long as is said', async () => {
      const { server, signUp, clock } = await start()
      const { user } = await signUp()
      const mine = () => server.trail.list({ userId: user.id })
      expect(await mine()).toHaveLength(1)
      clock.advance(30 * day)
      await server.trail.cleanup({ retention: 30 * day })
      expect(await mine()).toHaveLength(1)
      clock.advance(1)
      expect(await server.trail.cleanup({ retention: 30 * day })).toBeGreaterThanOrEqual(1)
      expect(await mine()).toHaveLength(0)
    })
  })
})
