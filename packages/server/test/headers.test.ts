import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSqlite, type TestDatabase } from './support/databases.ts'
import { password, startServer } from './support/test-server.ts'

let source: TestDatabase
beforeAll(async () => {
  source = await createSqlite()
})
afterAll(() => source.drop())

describe('every answer', () => {
  it('row 25: has the headers of the contract, errors included', async () => {
    const { call, signUp } = await startServer(source, {
      rateLimits: { list: { points: 1, seconds: 60 } },
    })
    const { user, access_token, refresh_token } = await signUp()
    const login = { email: user.email, password }
    const answers = {
      'login 200': await call('POST', '/login', { body: login }),
      'login 400': await call('POST', '/login', { body: 'x' }),
      'login 401': await call('POST', '/login', { body: { ...login, password: 'wrong' } }),
      'register 409': await call('POST', '/register', { body: login }),
      'refresh 200': await call('POST', '/refresh', { body: { refresh_token } }),
      'refresh 401': await call('POST', '/refresh', { body: { refresh_token: 'x' } }),
      'me 200': await call('GET', '/me', { token: access_token }),
      'me 401': await call('GET', '/me'),
      'me 401 with a token': await call('GET', '/me', { token: 'x' }),
      'sessions 200': await call('GET', '/sessions', { token: access_token }),
      'sessions 429': await call('GET', '/sessions', { token: access_token }),
      'jwks 200': await call('GET', '/.well-known/jwks.json'),
      'nothing 404': await call('GET', '/nothing'),
      'login 405': await call('GET', '/login'),
      'login 413': await call('POST', '/login', { body: 'x'.repeat(20_000) }),
      'logout 200': await call('POST', '/logout', { token: access_token }),
    }
    const headers = Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [
        name,
        Object.fromEntries(
          [...answer.headers].map(([header, value]) => [
            header,
            header === 'request-id' ? value.replace(/[\da-f]/g, '0') : value,
          ]),
        ),
      ]),
    )
    expect(headers).toMatchSnapshot()
  })

  it('names its request in the header and in the problem', async () => {
    const { call } = await startServer(source)
    const { headers, body } = await call('GET', '/me')
    expect(body.instance).toBe(`urn:request:${headers.get('Request-Id')}`)
  })
})

describe('a page of another origin', () => {
  const good = 'https://good.example'
  const start = () => startServer(source, { allowedOrigins: [good] })

  it('may read the answers if its origin is on the list', async () => {
    const { call } = await start()
    const { headers } = await call('GET', '/me', { headers: { Origin: good } })
    expect(headers.get('Access-Control-Allow-Origin')).toBe(good)
    expect(headers.get('Access-Control-Expose-Headers')).toBe(
      'WWW-Authenticate, Retry-After, Request-Id',
    )
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull()
    expect(headers.get('Vary')).toContain('Origin')
  })

  it.each([
    'https://good.example.evil',
    'http://good.example',
    'https://GOOD.example',
    'null',
    '*',
  ])('row 24: may not if it is %s', async origin => {
    const { call } = await start()
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await call(method, '/me', {
        headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' },
      })
      expect([...headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
      expect(headers.get('Vary')).toContain('Origin')
    }
  })

  it('is told by a preflight what it may send', async () => {
    const { call } = await start()
    const { status, headers } = await call('OPTIONS', '/refresh', {
      headers: { Origin: good, 'Access-Control-Request-Method': 'POST' },
    })
    expect(status).toBe(204)
    expect(headers.get('Access-Control-Allow-Headers')).toBe(
      'Authorization, Content-Type, X-Session-Client',
    )
  })
})
