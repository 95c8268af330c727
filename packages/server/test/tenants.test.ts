import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultClients } from '../src/index.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { openStream } from './support/event-stream.ts'
import { hour, password, startServer } from './support/test-server.ts'

const clients = {
  ...defaultClients,
  till: { ...defaultClients.default, transport: 'cookie' },
} as const

describeOnBoth('tenants', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  /** A server with the tenants `one` and `two`, which are told apart by the host. */
  async function start(options?: Parameters<typeof startServer>[1]) {
    const world = await startServer(source, {
      clients,
      tenantOf: request => new URL(request.url).hostname.replace(/(^bar)?\.example$/, '') || null,
      ...options,
    })
    for (const name of ['one', 'two', 'three']) await world.server.tenants.create(name)
    const of = async (name: string) => {
      const tenant = await world.server.forTenant(name)
      if (!tenant) throw new Error(`There is no tenant ${name}`)
      return tenant
    }
    return { ...world, of }
  }

  it('row 54: one address in two tenants is two people', async () => {
    const { call, signUp } = await start()
    const email = `kim-${crypto.randomUUID()}@bar.example`
    const one = await signUp({ host: 'one', body: { email } })
    const two = await signUp({ host: 'two', body: { email, password: 'something else entirely' } })
    expect(two.user.id).not.toBe(one.user.id)
    expect(two.user.tenant_id).not.toBe(one.user.tenant_id)
    const login = (host: string, given: string) =>
      call('POST', '/login', { host, body: { email, password: given } })
    expect(await login('one', password)).toMatchObject({ status: 200, body: { user: one.user } })
    expect(await login('two', password)).toMatchObject({ status: 401 })
    expect(await login('bar', password)).toMatchObject({ status: 401 })
  })

  it.each(['no\0body', 'x'.repeat(101), '', '../one'])(
    'a name that none can have is nobody’s, and costs no statement',
    async name => {
      const { call, statements } = await start({ tenantOf: () => name })
      statements.length = 0
      expect(await call('GET', '/me')).toMatchObject({
        status: 404,
        body: { code: 'tenant_not_found' },
      })
      expect(statements).toEqual([])
    },
  )

  it('row 54: the accounts of one are nobody to the stores of another', async () => {
    const { of, signUp, call } = await start()
    const { user } = await signUp({ host: 'one' })
    const { users } = await of('two')
    expect(await users.get(user.id)).toBeNull()
    expect(await users.setPassword(user.id, 'a quite different staple')).toBe(false)
    expect(await users.setDisabled(user.id, true)).toBe(false)
    const login = { host: 'one', body: { email: user.email, password } }
    expect(await call('POST', '/login', login)).toMatchObject({ status: 200 })
  })

  it('row 54: what has long been over in one is not cleaned up with another', async () => {
    const { of, signUp, clock, row } = await start()
    const { session } = await signUp({ host: 'one' })
    const [one, two] = [await of('one'), await of('two')]
    await one.store.revokeSession(session.id)
    clock.advance(400 * 24 * hour)
    await two.store.cleanupExpiredSessions()
    await two.trail.cleanup()
    expect(await row(session.id)).toMatchObject({ id: session.id })
    expect(await one.trail.list()).not.toEqual([])
    expect(await one.store.cleanupExpiredSessions()).toBeGreaterThan(0)
    expect(await one.trail.cleanup()).toBeGreaterThan(0)
  })

  it('row 31: a token of one is refused by the others, and its session lives', async () => {
    const { call, signUp, refresh, browse } = await start()
    const { access_token: token, refresh_token, user } = await signUp({ host: 'one' })
    for (const host of ['two', 'bar']) {
      for (const path of ['/me', '/sessions', '/../events', '/../admin/dashboard']) {
        expect(await call('GET', path, { host, token })).toMatchObject({
          status: 403,
          body: { code: 'forbidden' },
        })
      }
      expect(await call('POST', '/refresh', { host, body: { refresh_token } })).toMatchObject({
        status: 401,
        body: { code: 'invalid_refresh_token' },
      })
      expect(await call('POST', '/logout', { host, token, body: { refresh_token } })).toMatchObject(
        { status: 200 },
      )
    }
    expect(await call('GET', '/me', { host: 'one', token })).toMatchObject({ status: 200 })
    expect(await refresh(refresh_token)).toMatchObject({ status: 401 }) // of the default tenant
    expect(await call('POST', '/refresh', { host: 'one', body: { refresh_token } })).toMatchObject({
      status: 200,
      body: { rotation: 'rotated' }, // nobody else has moved it on
    })

    const browser = browse('till', 'https://one.example')
    await browser.post('/login', { body: { email: user.email, password } })
    const elsewhere = browse('till', 'https://two.example')
    for (const [name, cookie] of browser.cookies) elsewhere.cookies.set(name, cookie)
    expect(await elsewhere.get('/me')).toMatchObject({ status: 401 })
    expect(await browser.get('/me')).toMatchObject({ status: 200 })
  })

  it('row 11: an administrator of one neither sees nor ends anything of another', async () => {
    const { call, signUp, of, database } = await start()
    const boss = await signUp({ host: 'one' })
    const { kysely } = database
    await kysely
      .updateTable('users')
      .set({ role: 'admin' })
      .where('id', '=', boss.user.id)
      .execute()
    const kim = await signUp({ host: 'two' })
    const ask = (method: string, path: string) =>
      call(method, `/../admin${path}`, { host: 'one', token: boss.access_token })
    for (const [method, path] of [
      ['GET', `/users/${kim.user.id}/sessions`],
      ['DELETE', `/users/${kim.user.id}/sessions`],
      ['DELETE', `/users/${kim.user.id}/sessions/${kim.session.id}`],
      ['DELETE', `/sessions/${kim.session.id}`],
      ['POST', `/users/${kim.user.id}/disable`],
    ] as const) {
      expect(await ask(method, path)).toMatchObject({ status: 404 })
    }
    await ask('DELETE', '/sessions')
    for (const path of ['/sessions', '/users', '/events']) {
      const { body } = await ask('GET', `${path}?limit=200`)
      expect(JSON.stringify(body)).toContain(boss.user.id)
      expect(JSON.stringify(body)).not.toContain(kim.user.id)
    }
    const figures = await ask('GET', '/dashboard')
    expect(figures.body).toMatchObject({ active: 1, users: 1 })
    expect(await (await of('two')).store.getSession(kim.session.id)).not.toBeNull()
  })

  it('has limits, audit trails, events and sessions of its own', async () => {
    const { call, signUp, of, server } = await start({
      rateLimits: { account: { points: 1, seconds: 60 } },
    })
    const email = `lou-${crypto.randomUUID()}@bar.example`
    const one = await signUp({ host: 'one', body: { email } })
    const two = await signUp({ host: 'two', body: { email } })
    const guess = (host: string) =>
      call('POST', '/login', { host, body: { email, password: 'wrong' } })
    expect([(await guess('one')).status, (await guess('one')).status]).toEqual([401, 429])
    expect((await guess('two')).status).toBe(401)

    const streams = await Promise.all(
      [one, two].map(({ access_token }, index) =>
        openStream(
          server,
          { Authorization: `Bearer ${access_token}` },
          '/api/events',
          `https://${['one', 'two'][index]}.example`,
        ),
      ),
    )
    await server.publish({ tenantId: two.user.tenant_id, event: 'two', data: 2 })
    await server.publish({ tenantId: one.user.tenant_id, event: 'one', data: 1 })
    expect(await Promise.all(streams.map(stream => stream.next()))).toMatchObject([
      { event: 'one' },
      { event: 'two' },
    ])
    await (await of('two')).store.revokeTenantSessions()
    expect(await streams[1]?.next()).toMatchObject({ event: 'session.revoked' })
    expect(await (await of('one')).store.getSession(one.session.id)).not.toBeNull()
    expect(await (await of('one')).trail.list({ userId: two.user.id })).toEqual([])
  })

  it('that nobody has made is nobody’s, for an API too', async () => {
    const { call, signUp, server } = await start()
    const { access_token: token } = await signUp()
    const answer = await call('GET', '/me', { host: 'four', token })
    expect(answer).toMatchObject({ status: 404, body: { code: 'tenant_not_found' } })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const headers = { Authorization: `Bearer ${token}` }
    const refusal = await server.verify(new Request('https://four.example/orders', { headers }))
    expect(refusal).toMatchObject({ status: 404 })
    const other = await server.verify(new Request('https://one.example/orders', { headers }))
    expect(other).toMatchObject({ status: 403 })
  })

  it('costs a verified request no statement more', async () => {
    const { call, signUp, statements } = await start()
    const { access_token: token } = await signUp({ host: 'one' })
    await call('GET', '/me', { host: 'one', token })
    statements.length = 0
    await call('GET', '/me', { host: 'one', token })
    expect(statements).toHaveLength(1)
  })

  it('is made once, and is told by its name', async () => {
    const { server } = await start()
    const [first, again] = await Promise.all(['five', 'five'].map(server.tenants.create))
    expect(first).toEqual(again)
    expect((await server.tenants.list()).map(({ name }) => name)).toEqual([
      'default',
      'five',
      'one',
      'three',
      'two',
    ])
    expect(await server.forTenant('six')).toBeNull()
    for (const name of ['', 'a b', 'a/b', 'x'.repeat(101)]) {
      await expect(server.tenants.create(name)).rejects.toThrow(TypeError)
    }
  })

  it('are cleaned up together', async () => {
    const { server, signUp, clock, of } = await start()
    const { user } = await signUp({ host: 'one' })
    clock.advance(400 * 24 * hour)
    await server.cleanup()
    expect(await (await of('one')).trail.list({ userId: user.id })).toEqual([])
  })

  it('row 54: never see each other, whatever is done in them', async () => {
    const { of } = await start({ maxSessions: 1_000 })
    const names = ['one', 'two', 'three']
    const people = await Promise.all(
      names.flatMap(host =>
        ['ann', 'ben'].map(async person => {
          const email = `${person}-${crypto.randomUUID()}@bar.example`
          const { users } = await of(host)
          const created = await users.create({ email, password, role: 'admin' })
          if (created.is !== 'created') throw new Error(created.is)
          return { host, id: created.user.id, sessions: new Map<string, string>() }
        }),
      ),
    )
    /** Signs in without a password, which would take most of the time. */
    const begin = async (person: (typeof people)[number]) => {
      const { store } = await of(person.host)
      const details = { remember: false, deviceLabel: null, userAgent: null, ip: null }
      const made = await store.createSession({ userId: person.id, clientId: 'till', ...details })
      if (made) person.sessions.set(made.session.id, made.secret.toString('hex'))
    }
    const index = fc.nat(people.length - 1)
    const act = fc.oneof(
      fc.record({ do: fc.constant('begin' as const), who: index, whom: index }),
      fc.record({ do: fc.constant('end' as const), who: index, whom: index }),
      fc.record({ do: fc.constant('end-all' as const), who: index, whom: index }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 15 }), async acts => {
        for (const { do: kind, who, whom } of acts) {
          const [actor, target] = [people[who], people[whom]]
          if (!actor || !target) throw new RangeError('Nobody')
          const { store } = await of(actor.host)
          const isOwn = actor.host === target.host
          if (kind === 'begin') await begin(actor)
          if (kind === 'end-all') {
            const ended = await store.revokeUserSessions(target.id)
            expect(ended).toBe(isOwn ? target.sessions.size : 0)
            if (isOwn) target.sessions.clear()
          }
          const [session] = target.sessions.keys()
          if (kind === 'end' && session !== undefined) {
            expect(await store.revokeSession(session)).toBe(isOwn ? 'revoked' : 'not-found')
            if (isOwn) target.sessions.delete(session)
          }
        }
        for (const host of names) {
          const { store } = await of(host)
          const live = await store.listTenantSessions({ limit: 200 })
          const inThisTest = live.sessions.filter(({ user }) => people.some(p => p.id === user.id))
          const expected = people
            .filter(person => person.host === host)
            .flatMap(({ sessions }) => [...sessions.keys()])
          expect(inThisTest.map(({ session }) => session.id).sort()).toEqual(expected.sort())
        }
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})
