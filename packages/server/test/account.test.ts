import { hash as argon2 } from '@node-rs/argon2'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTokenIssuer } from '../src/tokens/token-issuer.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { hour, minute, password, startServer } from './support/test-server.ts'

const another = 'a quite different staple'
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const newerFirefox = firefox.replaceAll('140.0', '141.0')
const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'

describeOnBoth('an account', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  async function start(options?: Parameters<typeof startServer>[1]) {
    const world = await startServer(source, options)
    const login = (email: string, given = password, more: { ip?: string; agent?: string } = {}) =>
      world.call('POST', '/login', {
        body: { email, password: given },
        ...(more.ip && { ip: more.ip }),
        ...(more.agent && { headers: { 'User-Agent': more.agent } }),
      })
    const change = (token: string, body: object) =>
      world.call('POST', '/password', {
        token,
        body: { current_password: password, new_password: another, ...body },
      })
    return { ...world, login, change }
  }

  describe('POST /password', () => {
    it('row 10: ends the other sessions and gives this one a new secret', async () => {
      const { signUp, login, change, me, refresh, kinds } = await start()
      const a = await signUp()
      const { body: b } = await login(a.user.email)
      const { status, body } = await change(a.access_token, {})
      expect(status).toBe(200)
      expect(body).toMatchObject({ session: { id: a.session.id }, user: a.user })

      expect(await me(b.access_token)).toMatchObject({
        status: 401,
        body: { code: 'session_revoked', reason: 'password_changed' },
      })
      expect(await refresh(b.refresh_token)).toMatchObject({
        body: { code: 'session_revoked', reason: 'password_changed' },
      })
      expect(await me(body.access_token)).toMatchObject({ status: 200 })
      expect(await me(a.access_token)).toMatchObject({ status: 401 })
      expect(await refresh(a.refresh_token)).toMatchObject({ status: 401 })
      expect(await refresh(body.refresh_token)).toMatchObject({ status: 200 })
      expect(await login(a.user.email)).toMatchObject({ status: 401 })
      expect(await login(a.user.email, another)).toMatchObject({ status: 200 })
      expect(kinds().filter(kind => kind === 'password-changed')).toHaveLength(1)
    })

    it('row 10: leaves the others if told to', async () => {
      const { signUp, login, change, me } = await start()
      const a = await signUp()
      const { body: b } = await login(a.user.email)
      expect(await change(a.access_token, { revoke_others: false })).toMatchObject({ status: 200 })
      expect(await me(b.access_token)).toMatchObject({ status: 200 })
    })

    it('keeps everything after a wrong password', async () => {
      const { signUp, login, change, me, kinds } = await start()
      const a = await signUp()
      const refused = await change(a.access_token, { current_password: 'wrong' })
      expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
      expect(await me(a.access_token)).toMatchObject({ status: 200 })
      expect(await login(a.user.email)).toMatchObject({ status: 200 })
      expect(kinds()).toContain('password-change-failed')
    })

    it('keeps everything when the new one will not do', async () => {
      const { signUp, login, change } = await start()
      const a = await signUp()
      expect(await change(a.access_token, { new_password: 'password123' })).toMatchObject({
        status: 422,
        body: { code: 'password_rejected', reasons: ['too_common'] },
      })
      expect(await login(a.user.email)).toMatchObject({ status: 200 })
    })

    it('row 13: wants a recent password', async () => {
      const { signUp, change, clock, refresh } = await start()
      const a = await signUp()
      clock.advance(hour)
      const { body } = await refresh(a.refresh_token)
      expect(await change(body.access_token, {})).toMatchObject({
        status: 401,
        body: { code: 'insufficient_user_authentication', max_age: 900 },
      })
    })

    it('row 41: is limited like a login', async () => {
      const { signUp, change } = await start({
        rateLimits: { account: { points: 2, seconds: 60 } },
      })
      const a = await signUp()
      const wrong = { current_password: 'wrong' }
      const statuses = []
      for (let attempt = 0; attempt < 3; attempt++) {
        statuses.push((await change(a.access_token, wrong)).status)
      }
      expect(statuses).toEqual([401, 401, 429])
    })
  })

  it.each([
    ['bcrypt', async () => bcrypt(password, { cost: 4 })],
    ['weaker Argon2', async () => argon2(password, { memoryCost: 4096, timeCost: 1 })],
  ])('with a hash of %s signs in, and has one of today from then on', async (_, make) => {
    const { signUp, login, database } = await start()
    const { user } = await signUp()
    const hash = async () =>
      (
        await database.kysely
          .selectFrom('users')
          .select('password_hash')
          .where('id', '=', user.id)
          .executeTakeFirstOrThrow()
      ).password_hash
    const old = await make()
    await database.kysely
      .updateTable('users')
      .set({ password_hash: old })
      .where('id', '=', user.id)
      .execute()
    expect(await login(user.email, 'wrong')).toMatchObject({ status: 401 })
    expect(await hash()).toBe(old)
    expect(await login(user.email)).toMatchObject({ status: 200 })
    const renewed = await hash()
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await login(user.email)).toMatchObject({ status: 200 })
    expect(await hash()).toBe(renewed)
    expect(await login(user.email, 'wrong')).toMatchObject({ status: 401 })
  })

  it('row 9: that is disabled ends between two requests, and so does one that is deleted', async () => {
    const { signUp, me, refresh, server, database } = await start()
    const { user, access_token, refresh_token } = await signUp()
    expect(await me(access_token)).toMatchObject({ status: 200 })
    await server.users.setDisabled(user.id, true)
    expect(await me(access_token)).toMatchObject({ body: { code: 'account_disabled' } })
    expect(await refresh(refresh_token)).toMatchObject({ body: { code: 'account_disabled' } })
    await database.kysely.deleteFrom('users').where('id', '=', user.id).execute()
    expect(await me(access_token)).toMatchObject({ body: { code: 'invalid_access_token' } })
    expect(await refresh(refresh_token)).toMatchObject({
      status: 401,
      body: { code: 'invalid_refresh_token' },
    })
  })

  it('row 32: is its id and not its address', async () => {
    const { signUp, me, database } = await start()
    const [first, second] = [await signUp(), await signUp()]
    const move = (id: string, email: string) =>
      database.kysely.updateTable('users').set({ email }).where('id', '=', id).execute()
    await move(first.user.id, `gone-${first.user.email}`)
    await move(second.user.id, first.user.email)
    expect((await me(first.access_token)).body.user.id).toBe(first.user.id)
    expect((await me(second.access_token)).body.user.id).toBe(second.user.id)
  })

  it('row 32: is not another’s session, whatever a token of ours says', async () => {
    const { signUp, me, keys, clock, server } = await start()
    const [kim, lou] = [await signUp(), await signUp()]
    const names = { issuer: 'tabkeeper', audience: 'tabkeeper' }
    const issuer = createTokenIssuer(keys, names, clock, hour)
    const live = await server.store.getSession(kim.session.id)
    if (!live) throw new Error('There is no session')
    const { session, user } = live
    const { token: own } = await issuer.accessToken(user, session, 0)
    expect(await me(own)).toMatchObject({ status: 200 })
    const { token } = await issuer.accessToken({ ...user, id: lou.user.id }, session, 0)
    expect(await me(token)).toMatchObject({ status: 401, body: { code: 'invalid_access_token' } })
  })

  it('E10: can end the others of three sessions, and nobody else’s', async () => {
    const { signUp, login, call, me, refresh } = await start()
    const a = await signUp()
    const [{ body: b }, { body: c }] = [await login(a.user.email), await login(a.user.email)]
    const stranger = await signUp()
    expect(
      await call('POST', '/logout-all', { token: a.access_token, body: { keep_current: true } }),
    ).toMatchObject({ status: 200, body: { revoked: 2 } })
    for (const other of [b, c]) {
      expect(await me(other.access_token)).toMatchObject({ status: 401 })
      expect(await refresh(other.refresh_token)).toMatchObject({ status: 401 })
    }
    expect(await me(a.access_token)).toMatchObject({ status: 200 })
    const foreign = `/sessions/${stranger.session.id}`
    expect(await call('DELETE', foreign, { token: a.access_token })).toMatchObject({ status: 404 })
  })

  describe('row 7: with as many sessions as it may have', () => {
    it('loses the one that was unused for longest', async () => {
      const { signUp, login, me, clock } = await start({ maxSessions: 2, accessTokenTtl: hour })
      const first = await signUp()
      clock.advance(minute)
      const { body: second } = await login(first.user.email)
      clock.advance(minute)
      await me(first.access_token) // used later than the second
      await login(first.user.email)
      expect(await me(first.access_token)).toMatchObject({ status: 200 })
      expect(await me(second.access_token)).toMatchObject({
        status: 401,
        body: { code: 'session_revoked', reason: 'session_limit' },
      })
    })

    it('never loses the one that it has just begun, though all were seen in one millisecond', async () => {
      const { signUp, login, me } = await start({ maxSessions: 1 })
      const { user } = await signUp()
      for (let attempt = 0; attempt < 8; attempt++) {
        const { body } = await login(user.email)
        expect(await me(body.access_token)).toMatchObject({ status: 200 })
      }
    })

    it('or is refused another, where the server says so, until one ends', async () => {
      const { signUp, login, me, call, kinds } = await start({ maxSessions: 1, whenFull: 'refuse' })
      const first = await signUp()
      expect(await login(first.user.email)).toMatchObject({
        status: 403,
        body: { code: 'session_limit' },
      })
      expect(kinds()).toContain('login-refused')
      expect(await me(first.access_token)).toMatchObject({ status: 200 })
      await call('POST', '/logout', { token: first.access_token })
      expect(await login(first.user.email)).toMatchObject({ status: 200 })
    })

    it('is refused exactly the surplus of 50 simultaneous logins', async () => {
      const { servers, createUser, server } = await start({
        pools: source.pools,
        maxSessions: 5,
        whenFull: 'refuse',
      })
      const user = await createUser()
      const made = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          servers[index % servers.length]?.store.createSession({
            userId: user.id,
            clientId: 'default',
            remember: false,
            deviceLabel: null,
            userAgent: null,
            ip: null,
          }),
        ),
      )
      expect(made.filter(Boolean)).toHaveLength(5)
      expect(await server.store.listUserSessions(user.id)).toMatchObject({ total: 5 })
    })
  })

  it('is told of a login from a new kind of device, and not of the first', async () => {
    const { signUp, login, events } = await start()
    const { user } = await signUp({ headers: { 'User-Agent': firefox } })
    await login(user.email, password, { agent: newerFirefox })
    const told = () => events.filter(({ kind }) => kind === 'new-device')
    expect(told()).toEqual([])
    const { body } = await login(user.email, password, { agent: iPhone })
    await login(user.email, password, { agent: iPhone })
    expect(told()).toMatchObject([
      { userId: user.id, sessionId: body.session.id, data: { device: 'Safari on iPhone' } },
    ])
  })

  describe('with truncated addresses', () => {
    it('shows and keeps networks, and counts addresses', async () => {
      const { signUp, call, database } = await start({
        addresses: 'truncated',
        rateLimits: { account: { points: 1, seconds: 60 }, address: false },
      })
      const { user, session, access_token } = await signUp({ ip: '203.0.113.77' })
      expect(session).toMatchObject({ ip: '203.0.113.0', ip_address: '203.0.113.0' })
      const { body } = await call('GET', '/sessions', { token: access_token })
      expect(JSON.stringify(body)).not.toContain('203.0.113.77')
      const row = await database.kysely
        .selectFrom('auth_events')
        .select('ip')
        .where('user_id', '=', user.id)
        .executeTakeFirstOrThrow()
      expect(row.ip).toBe('203.0.113.0')

      const guess = (ip: string) =>
        call('POST', '/login', { body: { email: user.email, password: 'wrong' }, ip })
      expect(await guess('203.0.113.77')).toMatchObject({ status: 401 })
      expect(await guess('203.0.113.77')).toMatchObject({ status: 429 })
      expect(await guess('203.0.113.78')).toMatchObject({ status: 401 })
    })

    it('or none at all', async () => {
      const { signUp } = await start({ addresses: 'none' })
      expect((await signUp()).session.ip).toBeNull()
    })
  })

  it.each([0, -1, 1.5, Number.NaN])('cannot have %s sessions', async maxSessions => {
    await expect(start({ maxSessions })).rejects.toThrow('"maxSessions" must be a whole number')
  })
})
