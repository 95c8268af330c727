import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthServer, defaultClients } from '../src/index.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { day, hour, password, second, startServer } from './support/test-server.ts'

const clients = {
  ...defaultClients,
  till: { ...defaultClients.default, transport: 'cookie' },
  kitchen: { ...defaultClients.default, transport: 'cookie' },
  shop: { ...defaultClients.default, transport: 'split' },
} as const

const token = /srt1_[\w-]{96}/

describeOnBoth('transports', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  const start = (options?: Parameters<typeof startServer>[1]) =>
    startServer(source, { clients, ...options })

  /** A server, an account and a browser that has signed in to it. */
  async function signIn(client: 'till' | 'shop', remember = false) {
    const world = await start()
    const { user } = await world.signUp()
    const browser = world.browse(client)
    const credentials = { email: user.email, password, remember }
    const answer = await browser.post('/login', { body: credentials })
    expect(answer.status).toBe(200)
    return { ...world, user, browser, answer, credentials, session: answer.body.session }
  }

  const cookieOf = (sent: string) => token.exec(sent)?.[0] ?? ''

  describe('cookie', () => {
    it('row 16: is one __Host- cookie, Secure, HttpOnly, for every path and no domain', async () => {
      const { answer } = await signIn('till')
      expect(answer.headers.getSetCookie()).toEqual([
        expect.stringMatching(
          /^__Host-tabkeeper_till=srt1_[\w-]{96}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
        ),
      ])
    })

    it('answers with the user and the session, and no token', async () => {
      const { answer, user } = await signIn('till')
      expect(answer.body).toEqual({
        refresh_expires_in: day / 1000,
        user,
        session: expect.objectContaining({ client_id: 'till', current: true }),
      })
    })

    it('lives as long as the session may if the user wants to be remembered, else no longer than the browser', async () => {
      const { answer } = await signIn('till', true)
      expect(answer.headers.getSetCookie()[0]).toContain(`; Max-Age=${(30 * day) / 1000};`)
      const { answer: other } = await signIn('till', false)
      expect(other.headers.getSetCookie()[0]).not.toContain('Max-Age')
    })

    it('signs requests, one read each, and never rotates', async () => {
      const { browser, user, session, statements, row } = await signIn('till')
      statements.length = 0
      const answer = await browser.get('/me')
      expect(answer).toMatchObject({ status: 200, body: { user, session: { id: session.id } } })
      expect(statements).toHaveLength(1)
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(await row(session.id)).toMatchObject({ gen: 0 })
    })

    it('signs requests that cannot name their client, while there is only one cookie', async () => {
      const { browser, server, session } = await signIn('till')
      const request = (cookie: string) =>
        new Request('https://bar.example/api/menu/images/7', { headers: { Cookie: cookie } })
      const one = browser.sent('/')
      expect(await server.verify(request(one))).toMatchObject({ session: { id: session.id } })
      const two = `${one}; __Host-tabkeeper_kitchen=x`
      expect(await server.verify(request(two))).toMatchObject({ status: 401 })
      const named = request(two)
      named.headers.set('X-Session-Client', 'till')
      expect(await server.verify(named)).toMatchObject({ session: { id: session.id } })
    })

    it('row 34: is refused in any other form, without a statement', async () => {
      const { browser, statements } = await signIn('till')
      statements.length = 0
      const forged = browser.sent('/').replace(/.$/, last => (last === 'A' ? 'B' : 'A'))
      for (const Cookie of [forged, '__Host-tabkeeper_till=x', `${browser.sent('/')}x`]) {
        const answer = await browser.get('/me', { headers: { Cookie } })
        expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_access_token' } })
        expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Session realm="tabkeeper", error/)
      }
      expect(statements).toEqual([])
    })

    it('asks for itself without a dialog: WWW-Authenticate: Session', async () => {
      const { browse } = await start()
      const answer = await browse('till').get('/me')
      expect(answer).toMatchObject({ status: 401, body: { code: 'not_authenticated' } })
      expect(answer.headers.get('WWW-Authenticate')).toBe('Session realm="tabkeeper"')
      const wrong = await browse('till').post('/login', { body: { email: 'x', password: 'y' } })
      expect(wrong.headers.get('WWW-Authenticate')).toBe('Session realm="tabkeeper"')
    })

    it('is replaced by a refresh, and the one before is good within the grace', async () => {
      const { browser, clock, session, row } = await signIn('till')
      const before = browser.sent('/')
      const answer = await browser.post('/refresh')
      expect(answer).toMatchObject({ status: 200, body: { rotation: 'rotated' } })
      expect(answer.body).not.toHaveProperty('access_token')
      expect(browser.sent('/')).not.toBe(before)
      const late = () => browser.get('/me', { headers: { Cookie: before } })
      clock.advance(30 * second)
      expect(await late()).toMatchObject({ status: 200 })
      expect(await browser.post('/refresh', { headers: { Cookie: before } })).toMatchObject({
        body: { rotation: 'replayed' },
      })
      expect(await browser.get('/me')).toMatchObject({ status: 200 })
      expect(await row(session.id)).toMatchObject({ gen: 1, confirmed_gen: 1 })
      clock.advance(1)
      expect(await late()).toMatchObject({ status: 401, body: { code: 'refresh_token_reused' } })
      expect(await browser.get('/me')).toMatchObject({
        status: 401,
        body: { code: 'session_revoked', reason: 'reuse_detected' },
      })
    })

    it('stays good when the answer with its successor was lost, for a request and for a refresh', async () => {
      const { browser, clock, kinds } = await signIn('till')
      const before = browser.sent('/')
      await browser.post('/refresh')
      clock.advance(hour)
      expect(await browser.get('/me', { headers: { Cookie: before } })).toMatchObject({
        status: 200,
      })
      expect(await browser.post('/refresh', { headers: { Cookie: before } })).toMatchObject({
        status: 200,
        body: { rotation: 'recovered' },
      })
      expect(await browser.get('/me')).toMatchObject({ status: 200 })
      expect(kinds()).not.toContain('reuse-detected')
    })

    it('writes one event for a theft that a request has shown', async () => {
      const { browser, clock, kinds } = await signIn('till')
      const stolen = browser.sent('/')
      await browser.post('/refresh')
      await browser.get('/me')
      clock.advance(hour)
      for (let attempt = 0; attempt < 2; attempt++) {
        await browser.get('/me', { headers: { Cookie: stolen } })
      }
      expect(kinds().filter(kind => kind === 'reuse-detected')).toHaveLength(1)
    })

    it('is kept alive by requests, to the absolute limit', async () => {
      const { browser, clock } = await signIn('till')
      for (let half = 1; half < 14; half++) {
        clock.advance(day / 2)
        expect(await browser.get('/me')).toMatchObject({ status: 200 })
      }
      clock.advance(day / 2)
      expect(await browser.get('/me')).toMatchObject({ body: { code: 'session_expired' } })
    })

    it('ends with a day without requests', async () => {
      const { browser, clock } = await signIn('till')
      clock.advance(day)
      expect(await browser.get('/me')).toMatchObject({ body: { code: 'session_expired' } })
    })
  })

  describe('split', () => {
    it('row 16: keeps the refresh token in a __Secure- cookie for the auth endpoints', async () => {
      const { answer, browser } = await signIn('shop')
      expect(answer.headers.getSetCookie()).toEqual([
        expect.stringMatching(
          /^__Secure-tabkeeper_shop_refresh=srt1_[\w-]{96}; Path=\/api\/auth; HttpOnly; Secure; SameSite=Lax$/,
        ),
      ])
      expect(browser.sent('/api/orders')).toBe('')
    })

    it('gives the access token in the body, and refreshes by cookie', async () => {
      const { answer, browser, me } = await signIn('shop')
      expect(answer.body).toMatchObject({ token_type: 'Bearer', refresh_expires_in: day / 1000 })
      expect(answer.body).not.toHaveProperty('refresh_token')
      expect(await me(answer.body.access_token)).toMatchObject({ status: 200 })
      const next = await browser.post('/refresh', { body: {} })
      expect(next).toMatchObject({ status: 200, body: { rotation: 'rotated' } })
      expect(await me(next.body.access_token)).toMatchObject({ status: 200 })
    })

    it('never takes the refresh cookie for a signed-in request', async () => {
      const { browser } = await signIn('shop')
      const answer = await browser.get('/me')
      expect(answer).toMatchObject({ status: 401, body: { code: 'not_authenticated' } })
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer realm="tabkeeper"')
    })

    it('keeps the session after a late sign-out of the session before it', async () => {
      const { browser, answer, credentials } = await signIn('shop')
      const old = answer.body.access_token
      await browser.post('/login', { body: credentials })
      await browser.post('/logout', { token: old })
      expect(browser.cookies.size).toBe(1)
      expect(await browser.post('/refresh')).toMatchObject({ status: 200 })
    })

    describe.each(['till', 'shop'] as const)('the cookie of %s', client => {
      it('ends no other session than the one that a sign-out names', async () => {
        const { browser, session } = await signIn(client)
        const body = { session_id: crypto.randomUUID() }
        expect(await browser.post('/logout', { body })).toMatchObject({ status: 200 })
        expect(await browser.post('/refresh')).toMatchObject({ status: 200 })

        await browser.post('/logout', { body: { session_id: session.id } })
        expect(browser.cookies.size).toBe(0)
        expect(await browser.post('/refresh')).toMatchObject({ status: 401 })
      })

      it('row 18: is in no answer', async () => {
        const { browser, answer, credentials } = await signIn(client)
        const again = { email: `new-${crypto.randomUUID()}@bar.example`, password }
        const answers = [
          answer,
          await browser.post('/register', { body: again }),
          await browser.post('/login', { body: credentials }),
          await browser.post('/refresh'),
          await browser.post('/login', { body: credentials }),
        ]
        const bearer = client === 'shop' ? { token: answers.at(-1)?.body.access_token } : {}
        answers.push(
          await browser.get('/me', bearer),
          await browser.get('/sessions', bearer),
          await browser.post('/reauthenticate', { ...bearer, body: { password } }),
          await browser.post('/logout', { body: {} }),
        )
        expect(answers.map(({ status }) => status)).toEqual([
          200, 201, 200, 200, 200, 200, 200, 200, 200,
        ])
        for (const { body } of answers) expect(JSON.stringify(body)).not.toMatch(/srt1_/)
      })

      it('row 19: is far below the 4,096 bytes that browsers keep', async () => {
        const { browser } = await signIn(client)
        const [name, value] = browser.sent('/api/auth/refresh').split('=')
        expect(value).toHaveLength(101)
        expect(`${name}${value}`.length).toBeLessThan(4096)
      })

      it('row 37: never becomes a token that a script can read', async () => {
        const { browser, call, refresh } = await signIn(client)
        const stolen = cookieOf(browser.sent('/api/auth/refresh'))
        // asked for in the body, by its own client
        expect(await browser.post('/refresh', { body: { refresh_token: stolen } })).toMatchObject({
          status: 400,
          body: { code: 'invalid_request' },
        })
        // presented as somebody else's, in the body, in a cookie and as an access token
        expect(await refresh(stolen)).toMatchObject({ body: { code: 'invalid_refresh_token' } })
        expect(await call('GET', '/me', { token: stolen })).toMatchObject({
          body: { code: 'invalid_access_token' },
        })
        const [other, name] =
          client === 'till'
            ? (['shop', '__Secure-tabkeeper_shop_refresh'] as const)
            : (['till', '__Host-tabkeeper_till'] as const)
        const headers = { 'X-Session-Client': other, Cookie: `${name}=${stolen}` }
        expect(await browser.post('/refresh', { headers })).toMatchObject({
          status: 401,
          body: { code: 'invalid_refresh_token' },
        })
        expect(await browser.get('/me', { headers })).toMatchObject({ status: 401 })
        expect(await browser.post('/refresh')).toMatchObject({ status: 200 })
      })

      it('row 37: is not taken any more when its client has another transport', async () => {
        const { browser, database, keys, clock } = await signIn(client)
        const changed = {
          ...clients,
          [client]: { ...clients[client], transport: 'bearer' as const },
        }
        const server = await createAuthServer({ database, keys, clock, clients: changed })
        const body = JSON.stringify({ refresh_token: cookieOf(browser.sent('/api/auth/refresh')) })
        const headers = { 'X-Session-Client': client, 'Content-Type': 'application/json' }
        const url = 'https://bar.example/api/auth/refresh'
        const answer = await server.fetch(new Request(url, { method: 'POST', headers, body }))
        expect(answer.status).toBe(401)
        expect(await browser.post('/refresh')).toMatchObject({ status: 200 })
      })

      it('row 4: is replaced at login, and a planted one ends there', async () => {
        const { browser, credentials } = await signIn(client)
        const planted = browser.sent('/api/auth/refresh')
        await browser.post('/login', { body: credentials })
        expect(browser.sent('/api/auth/refresh')).not.toBe(planted)
        expect(await browser.post('/refresh', { headers: { Cookie: planted } })).toMatchObject({
          status: 401,
          body: { code: 'session_revoked', reason: 'replaced' },
        })
      })

      it('row 4: is replaced by that of a new account, and ends there', async () => {
        const { browser } = await signIn(client)
        const before = browser.sent('/api/auth/refresh')
        const email = `new-${crypto.randomUUID()}@bar.example`
        await browser.post('/register', { body: { email, password } })
        expect(await browser.post('/refresh', { headers: { Cookie: before } })).toMatchObject({
          body: { code: 'session_revoked', reason: 'replaced' },
        })
      })

      it('row 4: is replaced when the password is given again', async () => {
        const { browser, answer, session } = await signIn(client)
        const before = browser.sent('/api/auth/refresh')
        const bearer = client === 'shop' ? { token: answer.body.access_token } : {}
        const renewed = await browser.post('/reauthenticate', { ...bearer, body: { password } })
        expect(renewed).toMatchObject({ status: 200, body: { session: { id: session.id } } })
        expect(await browser.post('/refresh', { headers: { Cookie: before } })).toMatchObject({
          body: { code: 'invalid_refresh_token' },
        })
      })

      it('row 8: is useless and gone after logout', async () => {
        const { browser } = await signIn(client)
        const before = browser.sent('/api/auth/refresh')
        const answer = await browser.post('/logout')
        expect(answer).toMatchObject({ status: 200 })
        expect(answer.headers.get('Clear-Site-Data')).toBe('"cache"')
        expect(browser.cookies.size).toBe(0)
        for (const path of ['/refresh', '/logout-all']) {
          const headers = { Cookie: before }
          expect(await browser.post(path, { headers })).toMatchObject({ status: 401 })
        }
      })

      it('is taken away by logout-all and by the end of the current session', async () => {
        const world = await signIn(client)
        const { browser, credentials } = world
        const bearer = (body: { access_token?: string }) =>
          client === 'shop' ? { token: body.access_token ?? '' } : {}
        await browser.post('/logout-all', bearer(world.answer.body))
        expect(browser.cookies.size).toBe(0)
        const { body } = await browser.post('/login', { body: credentials })
        const keep = { ...bearer(body), body: { keep_current: true } }
        await browser.post('/logout-all', keep)
        expect(browser.cookies.size).toBe(1)
        await browser.delete(`/sessions/${body.session.id}`, bearer(body))
        expect(browser.cookies.size).toBe(0)
      })

      it('is taken away with a definitive refusal, and only then', async () => {
        const { browser, server, session } = await signIn(client)
        const before = browser.sent('/api/auth/refresh')
        await server.store.revokeSession(session.id)
        const refused = await browser.post('/refresh')
        expect(refused).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
        expect(browser.cookies.size).toBe(0)
        // a page without any cookie is told so, and is not told of a session that never was
        expect(await browser.post('/refresh')).toMatchObject({
          status: 401,
          body: { code: 'not_authenticated' },
        })
        const rejected = await browser.post('/refresh', {
          headers: { Cookie: before, 'Sec-Fetch-Site': 'cross-site' },
        })
        expect(rejected.headers.getSetCookie()).toEqual([])
      })

      it('E09: that arrives after the logout it crossed is useless', async () => {
        const { browser } = await signIn(client)
        const [refreshed] = await Promise.all([browser.post('/refresh'), browser.post('/logout')])
        for (const header of refreshed.headers.getSetCookie()) browser.keep(header)
        expect(await browser.post('/refresh')).toMatchObject({ status: 401 })
        expect(await browser.get('/me')).toMatchObject({ status: 401 })
      })

      it('E11: is beside those of other clients on the same origin', async () => {
        const world = await signIn(client)
        const other = world.browse(client === 'till' ? 'shop' : 'till')
        await other.post('/login', { body: world.credentials })
        for (const [key, cookie] of other.cookies) world.browser.cookies.set(key, cookie)
        await world.browser.post('/logout')
        expect([...world.browser.cookies.keys()]).toEqual([...other.cookies.keys()])
        expect(await other.post('/refresh')).toMatchObject({ status: 200 })
      })
    })
  })

  it('without https loses its prefix and Secure, and nothing else', async () => {
    const world = await start({ cookies: { secure: false } })
    const { user } = await world.signUp()
    for (const [client, expected] of [
      ['till', /^tabkeeper_till=srt1_[\w-]{96}; Path=\/; HttpOnly; SameSite=Lax$/],
      ['shop', /^tabkeeper_shop_refresh=srt1_[\w-]{96}; Path=\/api\/auth; HttpOnly; SameSite=Lax$/],
    ] as const) {
      const browser = world.browse(client)
      const { headers } = await browser.post('/login', { body: { email: user.email, password } })
      expect(headers.getSetCookie()).toEqual([expect.stringMatching(expected)])
      expect(await browser.post('/refresh')).toMatchObject({ status: 200 })
    }
  })

  it('row 16: in production is refused without https', async () => {
    const database = await source.open()
    const { keys } = await start()
    const { NODE_ENV } = process.env
    process.env.NODE_ENV = 'production'
    try {
      await expect(
        createAuthServer({ database, keys, cookies: { secure: false } }),
      ).rejects.toMatchObject({ code: 'bad-setting', message: /must be secure in production/ })
    } finally {
      process.env.NODE_ENV = NODE_ENV
      await database.close()
    }
  })
})
