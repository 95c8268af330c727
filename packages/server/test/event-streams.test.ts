import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultClients } from '../src/index.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { openStream } from './support/event-stream.ts'
import { day, hour, minute, password, second, startServer } from './support/test-server.ts'

const clients = {
  ...defaultClients,
  till: { ...defaultClients.default, transport: 'cookie' },
} as const

describeOnBoth('GET /api/events', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  /** Two instances where the database can be shared: streams are open on one, the other acts. */
  async function start(options: Parameters<typeof startServer>[1] = {}) {
    const pools = Math.min(2, source.pools)
    const world = await startServer(source, { clients, pools, accessTokenTtl: hour, ...options })
    const here = world.servers.at(-1) ?? world.server
    const stream = (token: string, headers = {}) =>
      openStream(here, { Authorization: `Bearer ${token}`, ...headers })
    return { ...world, here, there: world.server, stream }
  }

  it('is a stream of server-sent events', async () => {
    const { signUp, stream } = await start()
    const { response } = await stream((await signUp()).access_token)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    })
  })

  describe('row 47: on every instance ends with the session', () => {
    it.each<
      [string, (world: Awaited<ReturnType<typeof start>>, id: Ids) => Promise<unknown>, object]
    >([
      [
        'when it is signed out',
        ({ call, there }, { token }) => call('POST', '/logout', { token }, there),
        { code: 'session_revoked', reason: 'logout' },
      ],
      [
        'when it is ended from elsewhere',
        ({ there }, { session }) => there.store.revokeSession(session),
        { code: 'session_revoked', reason: 'revoked' },
      ],
      [
        'when all of the user’s are',
        ({ there }, { user }) => there.store.revokeUserSessions(user, { reason: 'admin' }),
        { code: 'session_revoked', reason: 'admin' },
      ],
      [
        'when all of the tenant’s are',
        ({ there }) => there.store.revokeTenantSessions(),
        { code: 'session_revoked', reason: 'revoked' },
      ],
      [
        'row 9: when the user is disabled',
        ({ there }, { user }) => there.users.setDisabled(user, true),
        { code: 'account_disabled', reason: 'account_disabled' },
      ],
    ])('%s', async (_, end, data) => {
      const world = await start()
      const { access_token: token, session, user } = await world.signUp()
      const { next } = await world.stream(token)
      await end(world, { token, session: session.id, user: user.id })
      expect(await next()).toMatchObject({ event: 'session.revoked', data })
      expect(await next()).toBeNull()
    })

    it('when another session makes room for itself', async () => {
      const { signUp, stream, call, there } = await start({ maxSessions: 1 })
      const { access_token, user } = await signUp()
      const { next } = await stream(access_token)
      await call('POST', '/login', { body: { email: user.email, password } }, there)
      // The login itself is news too, and may come first.
      const events = [await next(), await next(), await next()]
      const revoked = events.find(event => event?.event === 'session.revoked')
      expect(revoked?.data).toEqual({ code: 'session_revoked', reason: 'session_limit' })
    })

    it('when it was stolen', async () => {
      const { signUp, stream, refresh, me, clock, there } = await start()
      const { refresh_token } = await signUp()
      const { body } = await refresh(refresh_token)
      await me(body.access_token)
      const { next } = await stream(body.access_token)
      clock.advance(minute)
      await refresh(refresh_token, there)
      expect((await next())?.data).toEqual({ code: 'session_revoked', reason: 'reuse_detected' })
      expect(await next()).toBeNull()
    })
  })

  type Ids = { token: string; session: string; user: string }

  describe('row 47: within 15 seconds ends', () => {
    it('though nobody was told', async () => {
      const { signUp, stream, clock, database } = await start()
      const { access_token, session } = await signUp()
      const { next } = await stream(access_token)
      await database.kysely
        .updateTable('sessions')
        .set({ revoked_at: new Date(clock.now()).toISOString(), revoke_reason: 'by hand' })
        .where('id', '=', session.id)
        .execute()
      clock.advance(15 * second)
      expect((await next())?.data).toEqual({ code: 'session_revoked', reason: 'by hand' })
      expect(await next()).toBeNull()
    })

    it('with the idle limit of its session', async () => {
      const short = { idle: 20 * minute, absolute: day }
      const { signUp, stream, clock } = await start({
        clients: { ...clients, default: { session: short, remembered: short } },
      })
      const { next } = await stream((await signUp()).access_token)
      clock.advance(20 * minute)
      expect((await next())?.data).toEqual({ code: 'session_expired', reason: 'session_expired' })
      expect(await next()).toBeNull()
    })

    it('with its access token, and says nothing of the session', async () => {
      const { signUp, stream, clock, refresh } = await start({ accessTokenTtl: minute })
      const { access_token, refresh_token } = await signUp()
      const { next } = await stream(access_token)
      clock.advance(minute)
      expect(await next()).toBeNull()
      const { body } = await refresh(refresh_token)
      expect((await stream(body.access_token)).response.status).toBe(200)
    })

    it('when the session has a new secret', async () => {
      const { signUp, stream, call } = await start()
      const { access_token } = await signUp()
      const { next } = await stream(access_token)
      await call('POST', '/reauthenticate', { token: access_token, body: { password } })
      expect(await next()).toBeNull()
    })
  })

  it('sends a sign of life every 15 seconds, which keeps no session alive', async () => {
    const { signUp, stream, clock, row, here } = await start()
    const { access_token, session, user } = await signUp()
    const before = await row(session.id)
    const open = await stream(access_token)
    clock.advance(15 * second)
    clock.advance(15 * second)
    await here.publish({ userId: user.id, event: 'done', data: 0 })
    expect(await open.next()).toMatchObject({ event: 'done' })
    expect(open.comments).toBe(2)
    clock.advance(hour / 2)
    expect(await row(session.id)).toEqual(before)
  })

  it('tells of what changes in the user’s sessions', async () => {
    const { signUp, stream, call, there } = await start()
    const { access_token, user } = await signUp()
    const { next } = await stream(access_token)
    const login = { body: { email: user.email, password } }
    const { body: other } = await call('POST', '/login', login, there)
    expect(await next()).toMatchObject({ event: 'session.updated', data: { kind: 'login' } })
    await call('POST', '/logout', { token: other.access_token }, there)
    expect(await next()).toMatchObject({ event: 'session.updated', data: { kind: 'revoked' } })
  })

  it('is opened by cookie too, without a header, and ends with it', async () => {
    const { browse, signUp, server, here } = await start()
    const { user } = await signUp()
    const browser = browse('till')
    await browser.post('/login', { body: { email: user.email, password } })
    const { next, response } = await openStream(here, { Cookie: browser.sent('/api/events') })
    expect(response.status).toBe(200)
    await browser.post('/refresh') // the cookie rotates, the stream stays
    await server.publish({ userId: user.id, event: 'ping', data: 1 })
    expect(await next()).toMatchObject({ event: 'ping' })
    await browser.post('/logout')
    expect(await next()).toMatchObject({ event: 'session.revoked' })
  })

  describe('row 47: is refused', () => {
    it('to nobody', async () => {
      const { here } = await start()
      const { response, next } = await openStream(here, {})
      expect(response.status).toBe(401)
      expect(await next()).toBeNull()
    })

    it('with a token in the URL', async () => {
      const { signUp, here } = await start()
      const { access_token, refresh_token } = await signUp()
      for (const query of [
        `access_token=${access_token}`,
        `token=x`,
        `Authorization=x`,
        `anything=${access_token}`,
        `anything=${refresh_token}`,
      ]) {
        const headers = { Authorization: `Bearer ${access_token}` }
        const { response } = await openStream(here, headers, `/api/events?${query}`)
        expect(response.status).toBe(400)
      }
    })

    it('beyond the limit of a session, until one is closed', async () => {
      const { signUp, stream } = await start({ events: { perSession: 2 } })
      const [kim, lou] = [await signUp(), await signUp()]
      const first = await stream(kim.access_token)
      await stream(kim.access_token)
      const third = await stream(kim.access_token)
      expect(third.response.status).toBe(429)
      expect(third.response.headers.get('Retry-After')).toBe('15')
      expect((await stream(lou.access_token)).response.status).toBe(200)
      await first.cancel()
      expect((await stream(kim.access_token)).response.status).toBe(200)
    })

    it('beyond the limit of the instance', async () => {
      const { signUp, stream } = await start({ events: { total: 1 } })
      await stream((await signUp()).access_token)
      const { response } = await stream((await signUp()).access_token)
      expect(response.status).toBe(503)
      expect(response.headers.get('Retry-After')).toBe('15')
    })
  })

  describe('an event of the app', () => {
    it('reaches those whom it is for, on every instance', async () => {
      const { signUp, stream, there, database } = await start()
      const [kim, lou] = [await signUp(), await signUp()]
      const { kysely } = database
      await kysely.updateTable('users').set({ role: 'x' }).where('id', '=', lou.user.id).execute()
      const [a, b] = [await stream(kim.access_token), await stream(lou.access_token)]
      await there.publish({ userId: kim.user.id, event: 'one', data: { text: 'a\nb' } })
      await there.publish({ role: 'x', event: 'two', data: null })
      await there.publish({ role: 'x', userId: kim.user.id, event: 'nobody', data: null })
      await there.publish({ tenantId: crypto.randomUUID(), event: 'elsewhere', data: null })
      await there.publish({ event: 'three', data: null })
      expect(await a.next()).toMatchObject({ event: 'one', data: { text: 'a\nb' } })
      expect(await a.next()).toMatchObject({ event: 'three' })
      expect(await b.next()).toMatchObject({ event: 'two' })
      expect(await b.next()).toMatchObject({ event: 'three' })
    })

    it('is told again to who comes back with Last-Event-ID, and only what was missed', async () => {
      const { signUp, stream, here } = await start()
      const [kim, lou] = [await signUp(), await signUp()]
      const first = await stream(kim.access_token)
      await here.publish({ event: 'one', data: 1 })
      const one = await first.next()
      await first.cancel()
      await here.publish({ event: 'two', data: 2 })
      await here.publish({ userId: lou.user.id, event: 'secret', data: 3 })
      await here.publish({ event: 'four', data: 4 })
      const second_ = await stream(kim.access_token, { 'Last-Event-ID': one?.id ?? '' })
      expect(await second_.next()).toMatchObject({ event: 'two' })
      expect(await second_.next()).toMatchObject({ event: 'four' })
      const third = await stream(kim.access_token, { 'Last-Event-ID': 'long ago' })
      expect(await third.next()).toMatchObject({ event: 'missed' })
    })

    it.each(['', 'a b', 'a\nb', 'session.revoked', 'x'.repeat(65)])(
      'cannot be named "%s"',
      async event => {
        const { server } = await start()
        await expect(server.publish({ event, data: 1 })).rejects.toThrow(TypeError)
      },
    )

    it('is refused when it is larger than all databases carry', async () => {
      const { server } = await start()
      const data = 'x'.repeat(8_000)
      await expect(server.publish({ event: 'x', data })).rejects.toThrow('at most 7900 bytes')
    })
  })

  it('cuts off a client that does not read', async () => {
    const { signUp, here, stream } = await start()
    const { access_token, user } = await signUp()
    const headers = { Authorization: `Bearer ${access_token}` }
    const slow = await here.fetch(new Request('https://bar.example/api/events', { headers }))
    const quick = await stream(access_token)
    for (let count = 0; count < 20; count++) {
      await here.publish({ userId: user.id, event: 'big', data: 'x'.repeat(7_000) })
      expect(await quick.next()).toMatchObject({ event: 'big' })
    }
    expect((await slow.text()).length).toBeLessThan(100_000)
  })

  it('ends when the server closes', async () => {
    const { signUp, stream, here } = await start()
    const { next } = await stream((await signUp()).access_token)
    await here.close()
    expect(await next()).toBeNull()
  })
})
