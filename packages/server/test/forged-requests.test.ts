import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultClients } from '../src/index.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { password, startServer } from './support/test-server.ts'

const clients = {
  ...defaultClients,
  till: { ...defaultClients.default, transport: 'cookie' },
  shop: { ...defaultClients.default, transport: 'split' },
} as const

const listed = 'https://app.bar.example'
const own = 'https://bar.example'
const evil = 'https://evil.example'

describeOnBoth('a forged request', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  async function signIn(
    client: 'till' | 'shop',
    options: Parameters<typeof startServer>[1] = { allowedOrigins: [listed] },
  ) {
    const world = await startServer(source, { clients, ...options })
    const { user } = await world.signUp()
    const browser = world.browse(client)
    const credentials = { email: user.email, password }
    const { body } = await browser.post('/login', { body: credentials })
    world.statements.length = 0
    return { ...world, browser, credentials, session: body.session, user }
  }

  const rejected = { status: 403, body: { code: 'csrf_rejected', error: 'access_denied' } }

  describe.each(['till', 'shop'] as const)('to %s', client => {
    it.each([
      ['same-origin', undefined, true],
      ['same-origin', evil, true], // only a browser sets both, and then they agree
      ['same-site', listed, true],
      ['same-site', 'https://other.bar.example', false],
      ['same-site', undefined, false],
      ['cross-site', evil, false],
      ['cross-site', listed, false],
      ['none', undefined, false],
      ['none', listed, false],
      ['', listed, false],
      [undefined, listed, true],
      [undefined, own, true],
      [undefined, 'http://bar.example', false],
      [undefined, 'https://bar.example.evil', false],
      [undefined, evil, false],
      [undefined, 'null', false],
      [undefined, undefined, false],
    ])('row 20: with Sec-Fetch-Site %s and Origin %s passes: %s', async (site, origin, passes) => {
      const { browser, statements, row, session } = await signIn(client)
      const before = await row(session.id)
      statements.length = 0
      const headers = { 'Sec-Fetch-Site': site, Origin: origin }
      const answer = await browser.post('/refresh', { headers })
      if (passes) {
        expect(answer).toMatchObject({ status: 200, body: { rotation: 'rotated' } })
      } else {
        expect(answer).toMatchObject(rejected)
        expect(answer.headers.getSetCookie()).toEqual([])
        expect(statements).toEqual([])
        expect(await row(session.id)).toEqual(before)
      }
    })

    it.each([
      ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'refresh_token=x'],
      ['text', { 'Content-Type': 'text/plain' }, '{}'],
      ['nothing', { 'Content-Type': undefined }, undefined],
    ])('row 21: that sends %s is refused', async (_, headers, body) => {
      const { browser, statements } = await signIn(client)
      for (const path of ['/refresh', '/logout', '/login', '/register']) {
        const visit = { headers, ...(body && { body }) }
        expect(await browser.post(path, visit)).toMatchObject(rejected)
      }
      expect(statements).toEqual([])
    })

    it('row 21: that writes its path in another way is refused', async () => {
      const { browser, statements } = await signIn(client)
      const visit = { headers: { 'Content-Type': 'text/plain' } }
      for (const path of ['/api/%61uth/logout', '/api/auth/%6cogout', '/%61pi/auth/refresh']) {
        expect(await browser.request('POST', path, visit)).toMatchObject(rejected)
      }
      expect(statements).toEqual([])
    })

    it('row 21: that does not name its client is refused', async () => {
      const { browser, statements } = await signIn(client)
      const headers = { 'X-Session-Client': undefined, 'Content-Type': 'text/plain' }
      for (const path of ['/refresh', '/logout', '/login', '/register']) {
        expect(await browser.post(path, { headers, body: '{}' })).toMatchObject(rejected)
      }
      expect(statements).toEqual([])
    })

    it('row 23: cannot sign anybody in, nor make an account', async () => {
      const { browser, credentials, statements, kinds } = await signIn(client)
      const before = kinds().length
      const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: evil }
      for (const path of ['/login', '/register']) {
        const answer = await browser.post(path, { headers, body: credentials })
        expect(answer).toMatchObject(rejected)
        expect(answer.headers.getSetCookie()).toEqual([])
      }
      expect(statements).toEqual([])
      expect(kinds()).toHaveLength(before)
    })

    it('I08: of a form elsewhere to refresh or logout is refused and leaves the session alone', async () => {
      const { browser, row, session, statements } = await signIn(client, {
        cookies: { crossSite: true }, // else the browser would not even send the cookie
      })
      const before = await row(session.id)
      const form = {
        headers: {
          'X-Session-Client': undefined,
          'Sec-Fetch-Site': 'cross-site',
          Origin: evil,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: 'a=b',
      }
      statements.length = 0
      for (const path of ['/refresh', '/logout']) {
        expect(await browser.post(path, form)).toMatchObject(rejected)
      }
      expect(statements).toEqual([])
      expect(await row(session.id)).toEqual(before)
      expect(await browser.post('/refresh')).toMatchObject({ status: 200 })
    })

    it('row 17: across sites is let through only where that is configured, for listed origins', async () => {
      const crossSite = { allowedOrigins: [listed], cookies: { crossSite: true } }
      const { browser, credentials } = await signIn(client, crossSite)
      const from = (Origin: string) => ({ headers: { 'Sec-Fetch-Site': 'cross-site', Origin } })
      const answer = await browser.post('/login', { ...from(listed), body: credentials })
      expect(answer.headers.getSetCookie()[0]).toMatch(
        /; HttpOnly; Secure; SameSite=None; Partitioned$/,
      )
      expect(await browser.post('/refresh', from(listed))).toMatchObject({ status: 200 })
      expect(await browser.post('/refresh', from(evil))).toMatchObject(rejected)
    })

    it('row 22: gets nowhere with GET and HEAD', async () => {
      const { browser, statements } = await signIn(client)
      for (const [method, path] of [
        ['GET', '/logout'],
        ['HEAD', '/refresh'],
        ['GET', '/logout-all'],
      ] as const) {
        const answer = await browser.request(method, `/api/auth${path}`)
        expect(answer.status).toBe(405)
      }
      expect(statements).toEqual([])
    })
  })

  it('row 20: to an API is refused before the cookie is looked at, and reading is not', async () => {
    const { server, browser, statements } = await signIn('till')
    const ask = (method: string, headers: Record<string, string>) =>
      server.verify(
        new Request('https://bar.example/api/orders', {
          method,
          headers: { Cookie: browser.sent('/api/orders'), ...headers },
        }),
      )
    const page = { 'X-Session-Client': 'till', 'Sec-Fetch-Site': 'same-origin' }
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const headers of [
        { 'Sec-Fetch-Site': 'same-origin' },
        { ...page, 'Sec-Fetch-Site': 'cross-site' },
        { 'X-Session-Client': 'till' },
        {},
      ]) {
        const refusal = await ask(method, headers)
        expect(refusal).toBeInstanceOf(Response)
        expect(refusal).toMatchObject({ status: 403 })
      }
    }
    expect(statements).toEqual([])
    // An upload is not JSON; its header is what a form cannot send.
    const upload = { ...page, 'Content-Type': 'multipart/form-data; boundary=x' }
    expect(await ask('POST', upload)).toMatchObject({ session: { clientId: 'till' } })
    expect(await ask('GET', { 'Sec-Fetch-Site': 'cross-site' })).toMatchObject({
      session: { clientId: 'till' },
    })
  })

  it.each([
    ['POST', '/logout-all'],
    ['POST', '/reauthenticate'],
    ['DELETE', '/sessions/2f1c2d3e-0000-4000-8000-000000000000'],
  ])('row 20: to %s %s is refused', async (method, path) => {
    const { browser, statements } = await signIn('till')
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': undefined },
      { 'X-Session-Client': undefined },
    ]) {
      const visit = { headers, ...(method === 'POST' && { body: { password } }) }
      expect(await browser.request(method, `/api/auth${path}`, visit)).toMatchObject(rejected)
    }
    expect(statements).toEqual([])
  })

  it('does not keep an app that has no cookie from its own session beside one that has', async () => {
    const { browser, credentials, call } = await signIn('till')
    const headers = { Cookie: browser.sent('/') } // the browser sends it to both
    const answer = await call('POST', '/login', { body: credentials, headers })
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
    const { access_token: token, refresh_token } = answer.body
    expect(await call('POST', '/refresh', { body: { refresh_token }, headers })).toMatchObject({
      status: 200,
    })
    expect(await call('POST', '/logout', { token, headers })).toMatchObject({ status: 200 })
    expect(await browser.get('/me')).toMatchObject({ status: 200 })
  })

  it('row 24: pages of listed origins may send cookies and read answers, others may not', async () => {
    const { browser } = await signIn('till')
    const ask = (Origin: string, method = 'GET') =>
      browser.request(method, '/api/auth/me', {
        headers: { Origin, 'Access-Control-Request-Method': 'GET' },
      })
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await ask(listed, method)
      expect(headers.get('Access-Control-Allow-Origin')).toBe(listed)
      expect(headers.get('Access-Control-Allow-Credentials')).toBe('true')
      for (const origin of ['null', evil, 'https://app.bar.example.evil', '*']) {
        const answer = await ask(origin, method)
        expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
        expect(answer.headers.get('Access-Control-Allow-Credentials')).toBeNull()
        expect(answer.headers.get('Vary')).toBe('Origin, Cookie')
      }
    }
  })

  it('without https compares the own origin as it is', async () => {
    const { browse, credentials } = await signIn('till', { cookies: { secure: false } })
    const plain = browse('till', 'http://bar.example')
    const from = (Origin: string) => ({
      headers: { 'Sec-Fetch-Site': undefined, Origin },
      body: credentials,
    })
    expect(await plain.post('/login', from(own))).toMatchObject(rejected)
    expect(await plain.post('/login', from('http://bar.example'))).toMatchObject({ status: 200 })
  })
})
