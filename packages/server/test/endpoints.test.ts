import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLogger } from '../src/node/index.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { day, hour, minute, password, startServer } from './support/test-server.ts'

describeOnBoth('the endpoints', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  const start = (options?: Parameters<typeof startServer>[1]) => startServer(source, options)

  describe('POST /register', () => {
    it('makes an account and signs it in', async () => {
      const { call, me } = await start()
      const email = `Ann.${crypto.randomUUID()}@Bar.Example`
      const { status, body } = await call('POST', '/register', {
        body: { email, password, name: 'Ann', remember: true },
        headers: {
          'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        },
      })
      expect(status).toBe(201)
      expect(body).toMatchObject({
        token_type: 'Bearer',
        refresh_token: expect.stringMatching(/^srt1_[\w-]{96}$/),
        refresh_expires_in: (7 * day) / 1000,
        user: { email: email.toLowerCase(), name: 'Ann', role: 'user' },
        session: {
          current: true,
          client_id: 'default',
          device: { label: 'Firefox on Linux' },
          device_info: 'Firefox on Linux',
          ip: '203.0.113.7',
          ip_address: '203.0.113.7',
          remember: true,
          is_active: true,
        },
      })
      expect(body.expires_in).toBeGreaterThanOrEqual(1710)
      expect(body.expires_in).toBeLessThanOrEqual(1800)
      expect(await me(body.access_token)).toMatchObject({ status: 200, body: { user: body.user } })
    })

    it('refuses an address that has an account, however it is written', async () => {
      const { call, signUp, server } = await start()
      const { user } = await signUp()
      const answer = await call('POST', '/register', {
        body: { email: user.email.toUpperCase(), password },
      })
      expect(answer).toMatchObject({ status: 409, body: { code: 'email_taken' } })
      expect(await server.store.listUserSessions(user.id)).toMatchObject({ total: 1 })
    })

    it.each([
      ['short', ['too_short']],
      ['password123', ['too_common']],
      ['x'.repeat(1025), ['too_long', 'too_common']],
      ['i am robinson at heart', ['contains_email']],
    ])('refuses the password %j', async (bad, reasons) => {
      const { call, server } = await start()
      const email = 'robinson@bar.example'
      const answer = await call('POST', '/register', { body: { email, password: bad } })
      expect(answer).toMatchObject({ status: 422, body: { code: 'password_rejected', reasons } })
      expect(await server.users.findByEmail(email)).toBeNull()
    })

    it('is closed where the server says so', async () => {
      const { call } = await start({ registration: false })
      const body = { email: 'a@bar.example', password }
      expect(await call('POST', '/register', { body })).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      })
    })
  })

  describe('POST /login', () => {
    it('signs in by "email" or "username", with the lifetimes of the client', async () => {
      const { call, signUp } = await start()
      const { user } = await signUp()
      const asAdmin = await call('POST', '/login', {
        body: { username: user.email, password, device_label: 'Till 2' },
        client: 'admin',
      })
      expect(asAdmin).toMatchObject({
        status: 200,
        body: {
          refresh_expires_in: (30 * minute) / 1000,
          session: { client_id: 'admin', device: { label: 'Till 2' }, remember: false },
        },
      })
      const asCustomer = await call('POST', '/login', {
        body: { email: ` ${user.email.toUpperCase()}`, password },
        client: 'customer',
      })
      expect(asCustomer.body.refresh_expires_in).toBe(day / 1000)
      expect(asCustomer.body.session.id).not.toBe(asAdmin.body.session.id)
    })

    it('row 43: gives a wrong password and an unknown user the same answer', async () => {
      const { call, signUp, server } = await start()
      const { user } = await signUp()
      const answers = [
        await call('POST', '/login', { body: { email: user.email, password: 'wrong password' } }),
        await call('POST', '/login', { body: { email: 'nobody@bar.example', password } }),
      ]
      const [wrong, unknown] = answers.map(({ status, body: { instance, ...body } }) => {
        expect(instance).toMatch(/^urn:request:/)
        return { status, body }
      })
      expect(wrong).toEqual(unknown)
      expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
      expect(await server.store.listUserSessions(user.id)).toMatchObject({ total: 1 })
    })

    it('lets nobody into a disabled account', async () => {
      const { call, signUp, server } = await start()
      const { user } = await signUp()
      await server.users.setDisabled(user.id, true)
      expect(await call('POST', '/login', { body: { email: user.email, password } })).toMatchObject(
        {
          status: 401,
          body: { code: 'invalid_credentials' },
        },
      )
    })

    it('row 4: ends the session that comes along, and gives the new one another id and secret', async () => {
      const { call, signUp, me, refresh } = await start()
      const planted = await signUp()
      const victim = await signUp()
      const { body } = await call('POST', '/login', {
        body: { email: victim.user.email, password },
        token: planted.access_token,
      })
      expect(body.session.id).not.toBe(planted.session.id)
      expect(await me(planted.access_token)).toMatchObject({ body: { code: 'session_revoked' } })
      expect(await refresh(planted.refresh_token)).toMatchObject({
        status: 401,
        body: { code: 'session_revoked', reason: 'replaced' },
      })
    })

    it('row 44: tells passwords apart that differ behind their 72nd byte', async () => {
      const { call } = await start()
      const email = `${crypto.randomUUID()}@bar.example`
      const long = 'correct horse battery staple '.repeat(4)
      await call('POST', '/register', { body: { email, password: `${long}a` } })
      expect(await call('POST', '/login', { body: { email, password: `${long}b` } })).toMatchObject(
        {
          status: 401,
        },
      )
      expect(await call('POST', '/login', { body: { email, password: `${long}a` } })).toMatchObject(
        {
          status: 200,
        },
      )
    })
  })

  describe('POST /logout', () => {
    it.each(['refresh token', 'access token'])(
      'row 8: ends refresh and access at once, by %s',
      async by => {
        const { call, signUp, me, refresh } = await start()
        const tokens = await signUp()
        const answer =
          by === 'refresh token'
            ? await call('POST', '/logout', { body: { refresh_token: tokens.refresh_token } })
            : await call('POST', '/logout', { token: tokens.access_token })
        expect(answer.status).toBe(200)
        expect(answer.headers.get('Clear-Site-Data')).toBe('"cache"')
        expect(await me(tokens.access_token)).toMatchObject({
          status: 401,
          body: { code: 'session_revoked', reason: 'logout' },
        })
        expect(await refresh(tokens.refresh_token)).toMatchObject({
          status: 401,
          body: { code: 'session_revoked', reason: 'logout' },
        })
      },
    )

    it('answers the same for tokens it does not know', async () => {
      const { call, signUp, mint, kinds } = await start()
      const { session } = await signUp()
      const before = kinds().length
      const wrongSecret = mint({ id: session.id, secret: Buffer.alloc(18, 9) }, 0)
      for (const body of [{}, { refresh_token: 'nonsense' }, { refresh_token: wrongSecret }]) {
        expect(await call('POST', '/logout', { body })).toMatchObject({
          status: 200,
          body: { message: 'Signed out.' },
        })
      }
      expect(kinds()).toHaveLength(before)
    })
  })

  describe('POST /logout-all', () => {
    it('ends every session of this user and of nobody else', async () => {
      const { call, signUp, me } = await start()
      const first = await signUp()
      const other = await signUp()
      const { body: second } = await call('POST', '/login', {
        body: { email: first.user.email, password },
      })
      expect(await call('POST', '/logout-all', { token: first.access_token })).toMatchObject({
        status: 200,
        body: { revoked: 2 },
      })
      expect(await me(first.access_token)).toMatchObject({ body: { reason: 'logout_all' } })
      expect(await me(second.access_token)).toMatchObject({ status: 401 })
      expect(await me(other.access_token)).toMatchObject({ status: 200 })
    })

    it('keeps the one that asks if told to', async () => {
      const { call, signUp, me } = await start()
      const first = await signUp()
      await call('POST', '/login', { body: { email: first.user.email, password } })
      expect(
        await call('POST', '/logout-all', {
          token: first.access_token,
          body: { keep_current: true },
        }),
      ).toMatchObject({ status: 200, body: { revoked: 1 } })
      expect(await me(first.access_token)).toMatchObject({ status: 200 })
    })

    it('wants a recent password', async () => {
      const { call, signUp, clock, refresh, me } = await start()
      const { refresh_token } = await signUp()
      clock.advance(hour)
      const { body } = await refresh(refresh_token)
      const refused = await call('POST', '/logout-all', { token: body.access_token })
      expect(refused).toMatchObject({
        status: 401,
        body: { code: 'insufficient_user_authentication', max_age: 900 },
      })
      expect(refused.headers.get('WWW-Authenticate')).toBe(
        'Bearer realm="tabkeeper", error="insufficient_user_authentication", ' +
          'error_description="This needs the password again", max_age="900"',
      )
      expect(await me(body.access_token)).toMatchObject({ status: 200 })

      const again = await call('POST', '/reauthenticate', {
        token: body.access_token,
        body: { password },
      })
      expect(await call('POST', '/logout-all', { token: again.body.access_token })).toMatchObject({
        status: 200,
        body: { revoked: 1 },
      })
    })

    it('does not where the rule is turned off', async () => {
      const { call, signUp, clock } = await start({ recentAuth: 0, accessTokenTtl: hour })
      const { access_token } = await signUp()
      clock.advance(50 * minute)
      expect(await call('POST', '/logout-all', { token: access_token })).toMatchObject({
        status: 200,
      })
    })
  })

  describe('GET /sessions', () => {
    it('lists the own live sessions, newest first, page by page', async () => {
      const { call, signUp, clock } = await start()
      const { user, ...first } = await signUp()
      await signUp()
      const ids = [first.session.id]
      for (let index = 0; index < 4; index++) {
        clock.advance(1)
        const { body } = await call('POST', '/login', { body: { email: user.email, password } })
        ids.unshift(body.session.id)
      }
      const list = (query: string) =>
        call('GET', `/sessions${query}`, { token: first.access_token })
      const all = await list('')
      expect(all.body.sessions.map(({ id }: { id: string }) => id)).toEqual(ids)
      expect(all.body).toMatchObject({ total: 5, next_cursor: null })
      expect(all.body.sessions.map(({ current }: { current: boolean }) => current)).toEqual([
        false,
        false,
        false,
        false,
        true,
      ])

      const paged: string[] = []
      let cursor: string | null = null
      do {
        const { body } = await list(`?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
        expect(body.total).toBe(5)
        paged.push(...body.sessions.map(({ id }: { id: string }) => id))
        cursor = body.next_cursor
      } while (cursor)
      expect(paged).toEqual(ids)
    })

    it.each([
      '0000-01-01T00:00:00.000Z',
      '2026-02-30T00:00:00.000Z',
      '+010000-01-01T00:00:00.000Z',
    ])('refuses a cursor of %s', async at => {
      const { call, signUp } = await start()
      const { access_token: token } = await signUp()
      const cursor = Buffer.from(JSON.stringify([at, crypto.randomUUID()])).toString('base64url')
      expect(await call('GET', `/sessions?cursor=${cursor}`, { token })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      })
    })

    it('row 14: never shows a credential', async () => {
      const { call, signUp, row } = await start()
      const { access_token, refresh_token, session } = await signUp()
      const { body } = await call('GET', '/sessions', { token: access_token })
      const text = JSON.stringify(body)
      const { seed_hash } = await row(session.id)
      for (const secret of [
        access_token,
        refresh_token,
        seed_hash.toString('hex'),
        seed_hash.toString('base64'),
        seed_hash.toString('base64url'),
      ]) {
        expect(text).not.toContain(secret)
      }
      expect(Object.keys(body.sessions[0]).sort()).toEqual(Object.keys(session).sort())
    })

    it.each(['?limit=0', '?limit=x', '?limit=1000', '?cursor=abc', '?cursor=WyIxIiwiMiJd'])(
      'refuses %s',
      async query => {
        const { call, signUp } = await start()
        const { access_token } = await signUp()
        expect(await call('GET', `/sessions${query}`, { token: access_token })).toMatchObject({
          status: 400,
          body: { code: 'invalid_request' },
        })
      },
    )
  })

  describe('DELETE /sessions/:id', () => {
    it('ends another session of one’s own, and again changes nothing', async () => {
      const { call, signUp, me, kinds } = await start()
      const { user, access_token } = await signUp()
      const { body } = await call('POST', '/login', { body: { email: user.email, password } })
      const remove = () => call('DELETE', `/sessions/${body.session.id}`, { token: access_token })
      expect(await remove()).toMatchObject({ status: 204, body: null })
      expect(await remove()).toMatchObject({ status: 204 })
      expect(await me(body.access_token)).toMatchObject({ body: { code: 'session_revoked' } })
      expect(await me(access_token)).toMatchObject({ status: 200 })
      expect(kinds().filter(kind => kind === 'revoked')).toHaveLength(1)
    })

    it('row 15: answers for somebody else’s session as for none at all', async () => {
      const { call, signUp, me } = await start()
      const { access_token } = await signUp()
      const other = await signUp()
      const answers = await Promise.all(
        [other.session.id, crypto.randomUUID(), 'nonsense'].map(id =>
          call('DELETE', `/sessions/${id}`, { token: access_token }),
        ),
      )
      const bodies = answers.map(({ status, body: { instance: _, ...body } }) => ({ status, body }))
      expect(bodies[0]).toMatchObject({ status: 404, body: { code: 'session_not_found' } })
      expect(bodies[1]).toEqual(bodies[0])
      expect(bodies[2]).toEqual(bodies[0])
      expect(await me(other.access_token)).toMatchObject({ status: 200 })
    })

    it('wants a recent password for others, and none for the current one', async () => {
      const { call, signUp, clock, refresh, me } = await start()
      const { user, refresh_token, session } = await signUp()
      const { body: second } = await call('POST', '/login', {
        body: { email: user.email, password },
      })
      clock.advance(hour)
      const { body } = await refresh(refresh_token)
      expect(
        await call('DELETE', `/sessions/${second.session.id}`, { token: body.access_token }),
      ).toMatchObject({ status: 401, body: { code: 'insufficient_user_authentication' } })
      expect(
        await call('DELETE', `/sessions/${session.id}`, { token: body.access_token }),
      ).toMatchObject({ status: 204 })
      expect(await me(body.access_token)).toMatchObject({ body: { reason: 'logout' } })
    })
  })

  describe('GET /me', () => {
    it('row 1: says who is asking and never reads what the client claims to be', async () => {
      const { call, signUp } = await start()
      const { access_token, user, session } = await signUp()
      const { status, body } = await call('GET', '/me', {
        token: access_token,
        headers: { 'X-Admin-Token': 'let me in', Cookie: 'role=admin' },
      })
      expect(status).toBe(200)
      expect(body.user).toEqual(user)
      expect(body.session.id).toBe(session.id)
    })

    it.each([
      ['nothing', undefined, 'not_authenticated'],
      ['another scheme', 'Basic YTpi', 'not_authenticated'],
      ['nonsense', 'Bearer nonsense', 'invalid_access_token'],
      ['a static key', 'Bearer x-admin-token', 'invalid_access_token'],
    ])('refuses %s', async (_, authorization, code) => {
      const { call, statements } = await start()
      statements.length = 0
      const answer = await call('GET', '/me', {
        headers: authorization === undefined ? {} : { Authorization: authorization },
      })
      expect(answer).toMatchObject({ status: 401, body: { code } })
      expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer realm="tabkeeper"/)
      expect(statements).toEqual([])
    })

    it('row 2: and no other endpoint takes a static key for a session', async () => {
      const { call } = await start()
      const headers = { 'X-Admin-Token': 'x'.repeat(64) }
      for (const [method, path] of [
        ['GET', '/me'],
        ['GET', '/sessions'],
        ['POST', '/logout-all'],
        ['POST', '/reauthenticate'],
      ] as const) {
        expect(await call(method, path, { headers })).toMatchObject({
          status: 401,
          body: { code: 'not_authenticated' },
        })
      }
      expect(await call('POST', '/refresh', { headers, body: {} })).toMatchObject({ status: 400 })
    })

    it('row 30: refuses a refresh token as an access token, and the reverse', async () => {
      const { signUp, me, refresh } = await start()
      const { access_token, refresh_token } = await signUp()
      expect(await me(refresh_token)).toMatchObject({ body: { code: 'invalid_access_token' } })
      expect(await refresh(access_token)).toMatchObject({ body: { code: 'invalid_refresh_token' } })
    })
  })

  describe('POST /reauthenticate', () => {
    it('gives the session a new secret, and refuses every earlier token', async () => {
      const { call, signUp, me, refresh, clock } = await start()
      const before = await signUp()
      clock.advance(10 * minute)
      const { status, body } = await call('POST', '/reauthenticate', {
        token: before.access_token,
        body: { password },
      })
      expect(status).toBe(200)
      expect(body.session.id).toBe(before.session.id)
      expect(Date.parse(body.session.auth_time)).toBe(clock.now())
      expect(await me(before.access_token)).toMatchObject({
        body: { code: 'invalid_access_token' },
      })
      expect(await refresh(before.refresh_token)).toMatchObject({
        body: { code: 'invalid_refresh_token' },
      })
      expect(await me(body.access_token)).toMatchObject({ status: 200 })
      const next = await refresh(body.refresh_token)
      expect(next).toMatchObject({ status: 200, body: { rotation: 'rotated' } })
      expect(await me(next.body.access_token)).toMatchObject({ status: 200 })
    })

    it('keeps the session after a wrong password', async () => {
      const { call, signUp, me } = await start()
      const { access_token } = await signUp()
      expect(
        await call('POST', '/reauthenticate', { token: access_token, body: { password: 'wrong' } }),
      ).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
      expect(await me(access_token)).toMatchObject({ status: 200 })
    })
  })

  describe('GET /.well-known/jwks.json', () => {
    it('shows the public half and nothing of the private one', async () => {
      const { call } = await start()
      const { status, body } = await call('GET', '/.well-known/jwks.json')
      expect(status).toBe(200)
      expect(Object.keys(body.keys[0]).sort()).toEqual([
        'alg',
        'crv',
        'kid',
        'kty',
        'use',
        'x',
        'y',
      ])
    })
  })

  describe('bad input', () => {
    const posts = [
      '/login',
      '/register',
      '/refresh',
      '/logout',
      '/logout-all',
      '/reauthenticate',
      '/password',
    ]

    it.each(posts)('is refused by %s and changes nothing', async path => {
      const { call, signUp, statements, me } = await start()
      const { access_token } = await signUp()
      statements.length = 0
      const bodies = [
        'not json',
        '{"',
        '[]',
        '"text"',
        'null',
        '7',
        '{"password":7,"refresh_token":7,"keep_current":7}',
      ]
      for (const body of bodies) {
        const answer = await call('POST', path, { body, token: access_token })
        expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
        expect(JSON.stringify(answer.body)).not.toContain('not json')
      }
      const tooLarge = JSON.stringify({ refresh_token: 'x'.repeat(16 * 1024) })
      expect(await call('POST', path, { body: tooLarge, token: access_token })).toMatchObject({
        status: 413,
        body: { code: 'request_too_large' },
      })
      expect(
        await call('POST', path, {
          body: '{}',
          token: access_token,
          headers: { 'Content-Type': 'text/plain' },
        }),
      ).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
      expect(statements.filter(sql => !sql.startsWith('select'))).toEqual([])
      expect(await me(access_token)).toMatchObject({ status: 200 })
    })

    it('has no U+0000, which PostgreSQL cannot store', async () => {
      const { call, signUp } = await start()
      const email = `nul-${crypto.randomUUID()}@bar.example`
      expect(
        await call('POST', '/register', { body: { email, password, name: 'a\0b' } }),
      ).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
      const { access_token: token } = await signUp()
      expect(await call('GET', '/sessions?cursor=%00', { token })).toMatchObject({ status: 400 })
    })

    it('never quotes a value it refuses', async () => {
      const { call } = await start()
      const { body } = await call('POST', '/login', { body: { email: 'a', password: ['hunter2'] } })
      expect(body.detail).toContain('password')
      expect(JSON.stringify(body)).not.toContain('hunter2')
    })

    it.each(['/login', '/register', '/refresh'])(
      'of an unknown client is refused by %s',
      async path => {
        const { call } = await start()
        for (const client of ['nobody', '__proto__', 'toString', '']) {
          const { status, body } = await call('POST', path, { client, body: {} })
          expect([status, body.code]).toEqual([400, 'invalid_request'])
          expect(body.detail).toContain('X-Session-Client must name one of: default, admin')
        }
      },
    )

    it('is stopped at the limit when it comes without a length', async () => {
      const { server } = await start()
      let sent = 0
      const body = new ReadableStream({
        pull(controller) {
          sent += 1024
          controller.enqueue(new Uint8Array(1024).fill(97))
          if (sent >= 1024 * 1024) controller.close()
        },
      })
      const init = {
        method: 'POST',
        body,
        duplex: 'half', // fetch asks for it with a stream, and the types do not know it yet
        headers: { 'Content-Type': 'application/json' },
      }
      const response = await server.fetch(new Request('http://bar.example/api/auth/login', init))
      expect(response.status).toBe(413)
      expect(sent).toBeLessThan(20 * 1024)
    })

    it.each(['/api/auth/nothing', '/api/auth', '/api/auth/login/x', '/', '/api/auth/../me'])(
      'to %s is a 404',
      async path => {
        const { server } = await start()
        const response = await server.fetch(new Request(`http://bar.example${path}`))
        expect(response.status).toBe(404)
        expect(response.headers.get('Content-Type')).toBe('application/problem+json')
        expect(await response.json()).toMatchObject({ code: 'not_found', status: 404 })
      },
    )

    it.each([
      ['GET', '/login', 'POST'],
      ['GET', '/logout', 'POST'],
      ['HEAD', '/refresh', 'POST'],
      ['PUT', '/sessions', 'GET, HEAD'],
      ['PATCH', '/sessions/7', 'DELETE'],
      ['OPTIONS', '/me', 'GET, HEAD'],
      ['POST', '/me', 'GET, HEAD'],
    ])('row 22: %s %s is a 405 that says what is offered', async (method, path, allow) => {
      const { call, statements } = await start()
      statements.length = 0
      const answer = await call(method, path)
      expect(answer.status).toBe(405)
      expect(answer.headers.get('Allow')).toBe(allow)
      if (method !== 'HEAD') expect(answer.body).toMatchObject({ code: 'method_not_allowed' })
      expect(statements).toEqual([])
    })
  })

  describe('rate limits', () => {
    const rateLimits = {
      account: { points: 3, seconds: 60 },
      address: { points: 8, seconds: 60 },
      refresh: { points: 2, seconds: 60 },
      list: { points: 2, seconds: 60 },
    }

    it('row 41: stop guessing at one account from one address, and let others in', async () => {
      const { call, signUp } = await start({ rateLimits })
      const { user } = await signUp()
      const guess = (given: string, ip: string) =>
        call('POST', '/login', { body: { email: user.email, password: given }, ip })
      for (let attempt = 0; attempt < 3; attempt++) {
        expect(await guess('wrong password', '198.51.100.1')).toMatchObject({ status: 401 })
      }
      const refused = await guess(password, '198.51.100.1')
      expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(await guess(password, '198.51.100.2')).toMatchObject({ status: 200 })
    })

    it('count only the failures of an account', async () => {
      const { call, signUp } = await start({ rateLimits: { ...rateLimits, address: false } })
      const { user } = await signUp()
      for (let attempt = 0; attempt < 8; attempt++) {
        expect(
          await call('POST', '/login', { body: { email: user.email, password } }),
        ).toMatchObject({ status: 200 })
      }
    })

    it('stop guessing at many accounts from one address', async () => {
      const { call } = await start({ rateLimits })
      const statuses: number[] = []
      for (let attempt = 0; attempt < 9; attempt++) {
        const email = `${attempt}@bar.example`
        statuses.push((await call('POST', '/login', { body: { email, password } })).status)
      }
      expect(statuses).toEqual([...Array(8).fill(401), 429])
    })

    it('row 42: never end a session', async () => {
      const { signUp, refresh, me, call } = await start({ rateLimits })
      const { refresh_token, access_token } = await signUp()
      const first = await refresh(refresh_token)
      const second = await refresh(first.body.refresh_token)
      expect(second.status).toBe(200)
      const third = await refresh(second.body.refresh_token)
      expect(third).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
      expect(Number(third.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(await me(second.body.access_token)).toMatchObject({ status: 200 })
      const lists = []
      for (let index = 0; index < 3; index++) {
        lists.push((await call('GET', '/sessions', { token: access_token })).status)
      }
      expect(lists).toEqual([200, 200, 429])
    })
  })

  describe('the audit trail', () => {
    it('row 50: has exactly one row for what each path does, and none for everyday refreshes', async () => {
      const { call, signUp, refresh, database, server, clock, me } = await start()
      const { user, access_token, refresh_token } = await signUp()
      await call('POST', '/login', { body: { email: user.email, password: 'wrong password' } })
      const { body } = await call('POST', '/login', { body: { email: user.email, password } })
      const { body: next } = await refresh(refresh_token)
      await refresh(refresh_token)
      await call('POST', '/reauthenticate', { token: access_token, body: { password: 'wrong' } })
      await call('POST', '/logout', { token: body.access_token })
      await me(next.access_token)
      clock.advance(hour)
      await refresh(refresh_token)
      await server.store.revokeUserSessions(user.id)
      const rows = await database.kysely
        .selectFrom('auth_events')
        .select(['kind', 'ip', 'tenant_id'])
        .where(({ eb, or }) => or([eb('user_id', '=', user.id), eb('kind', '=', 'login-failed')]))
        .orderBy('id', 'desc')
        .limit(7)
        .execute()
      expect(rows.map(({ kind }) => kind).reverse()).toEqual([
        'registered',
        'login-failed',
        'login',
        'reauthentication-failed',
        'revoked',
        'reuse-detected',
        'revoked',
      ])
      expect(rows.every(({ tenant_id }) => tenant_id === user.tenant_id)).toBe(true)
    })

    it('goes on when a listener fails', async () => {
      const lines: string[] = []
      const { signUp } = await start({
        logger: createLogger('error', line => lines.push(line)),
        on() {
          throw new Error('no mail today')
        },
      })
      await expect(signUp()).resolves.toMatchObject({ token_type: 'Bearer' })
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({
        message: 'The "on" listener failed',
        event: 'registered',
        error: { message: 'no mail today' },
      })
    })
  })
})
