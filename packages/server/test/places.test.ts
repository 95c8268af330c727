import { describe, expect, it } from 'vitest'
import { defaultClients } from '../src/index.ts'
import { createSqlite } from './support/databases.ts'
import { password, readAnswer, startServer } from './support/test-server.ts'

const clients = {
  ...defaultClients,
  till: { ...defaultClients.default, transport: 'cookie' },
} as const

async function start(options: Parameters<typeof startServer>[1] = {}) {
  const world = await startServer(await createSqlite(), { clients, ...options })
  const ask = async (method: string, url: string, body?: object, headers = {}) =>
    readAnswer(
      await world.server.fetch(
        new Request(new URL(url, 'https://bar.example'), {
          method,
          headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers },
          ...(body && { body: JSON.stringify(body) }),
        }),
      ),
    )
  return { ...world, ask }
}

const credentials = { email: 'kim@bar.example', password }

describe('endpoints elsewhere', () => {
  it('are below "basePath", and nowhere else', async () => {
    const { ask } = await start({ basePath: '/api/sales/auth' })
    const { status, body } = await ask('POST', '/api/sales/auth/register', credentials)
    expect(status).toBe(201)
    expect(
      await ask('POST', '/api/sales/auth/refresh', { refresh_token: body.refresh_token }),
    ).toMatchObject({ status: 200, body: { rotation: 'rotated' } })
    expect(await ask('POST', '/api/auth/login', credentials)).toMatchObject({ status: 404 })
  })

  it.each(['api/auth', '/api/auth/', ''])('cannot be below "%s"', async path => {
    await expect(start({ basePath: path })).rejects.toThrow('"basePath" must begin with a slash')
    await expect(start({ basePath: '/a', admin: { path: '/a' } })).rejects.toThrow('another place')
    await expect(start({ shortPaths: path })).rejects.toThrow('"shortPaths" must begin with')
  })
})

describe('short paths', () => {
  it('sign in, say who is signed in, and sign out, as older clients ask', async () => {
    const { ask } = await start({ shortPaths: '/api', basePath: '/api/sales/auth' })
    const { user } = (await ask('POST', '/api/sales/auth/register', credentials)).body
    const login = await ask('POST', '/api/login', { username: credentials.email, password })
    expect(login).toMatchObject({ status: 200, body: { user, token_type: 'Bearer' } })
    const headers = { Authorization: `Bearer ${login.body.access_token}` }
    const me = await ask('GET', '/api/user', undefined, headers)
    expect(me).toMatchObject({ status: 200, body: { user } })
    expect(await ask('POST', '/api/logout', {}, headers)).toMatchObject({ status: 200 })
    expect(await ask('GET', '/api/user', undefined, headers)).toMatchObject({
      status: 401,
      body: { code: 'session_revoked' },
    })
  })

  it('are guarded as the endpoints are: by method, against forgeries and large bodies', async () => {
    const { ask, browse } = await start({ shortPaths: '/api' })
    expect(await ask('GET', '/api/logout')).toMatchObject({ status: 405 })
    const large = { ...credentials, password: 'x'.repeat(20_000) }
    expect(await ask('POST', '/api/login', large)).toMatchObject({ status: 413 })
    const page = browse('till')
    await page.post('/register', { body: credentials })
    const Cookie = page.sent('/')
    const forged = { Cookie, 'Sec-Fetch-Site': 'cross-site', 'X-Session-Client': 'till' }
    expect(await ask('POST', '/api/logout', {}, forged)).toMatchObject({ status: 403 })
    const own = { ...forged, 'Sec-Fetch-Site': 'same-origin' }
    expect(await ask('GET', '/api/user', undefined, own)).toMatchObject({ status: 200 })
    expect(await ask('POST', '/api/logout', {}, own)).toMatchObject({ status: 200 })
    expect(await ask('GET', '/api/user', undefined, own)).toMatchObject({ status: 401 })
  })

  it('are not there unless asked for', async () => {
    const { ask } = await start()
    expect(await ask('POST', '/api/login', credentials)).toMatchObject({ status: 404 })
    expect(await ask('GET', '/api/user')).toMatchObject({ status: 404 })
  })
})

describe('row 53: a request for another host', () => {
  it.each(['https://evil.example', 'https://bar.example.evil', 'https://bar.example:8443'])(
    'is refused before a statement: %s',
    async origin => {
      const { ask, server, statements } = await start({
        allowedHosts: ['bar.example', 'Till:3000'],
      })
      const { body } = await ask('POST', '/api/auth/register', credentials)
      statements.length = 0
      const answer = await ask('POST', `${origin}/api/auth/login`, credentials)
      expect(answer).toMatchObject({ status: 421, body: { code: 'misdirected_request' } })
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
      const headers = { Authorization: `Bearer ${body.access_token}` }
      const elsewhere = new Request(`${origin}/api/orders`, { headers })
      expect(await server.verify(elsewhere)).toMatchObject({ status: 421 })
      expect(statements).toEqual([])
      expect(await server.verify(new Request('http://till:3000/', { headers }))).toMatchObject({
        user: { email: credentials.email },
      })
    },
  )
})
