import { createSession, memoryArea, oauthEndpoint, restEndpoint } from '@tabkeeper/core'
import { type Fetch, withAutoRefresh } from '@tabkeeper/fetch'
import { expect, it } from 'vitest'

const ORIGIN = 'https://api.test'

it.each([
  ['restEndpoint', (fetch: Fetch) => restEndpoint(`${ORIGIN}/auth`, { fetch })],
  [
    'oauthEndpoint',
    (fetch: Fetch) => oauthEndpoint({ tokenUrl: `${ORIGIN}/auth/refresh`, clientId: 'bar', fetch }),
  ],
] as const)(
  'D02: the refresh of %s does not wait for itself, though it goes through the wrapped fetch',
  async (_, endpointOver) => {
    const asked: string[] = []
    const server: Fetch = async (url, init) => {
      const path = String(url).replace(ORIGIN, '')
      asked.push(path)
      if (path === '/auth/refresh')
        return Response.json({ access_token: 'new', refresh_token: 'newer' })
      const isGood = new Headers(init?.headers).get('authorization') === 'Bearer new'
      return new Response('', { status: isGood ? 200 : 401 })
    }
    const session = createSession({
      app: 'admin',
      endpoint: endpointOver(async (...call) => {
        await new Promise(done => setImmediate(done))
        return api(...call)
      }),
      storage: memoryArea(),
      allowedOrigins: [ORIGIN],
    })
    const api = withAutoRefresh(server, session)
    session.adopt({ access_token: 'old', refresh_token: 'older' })

    const { status } = await api(`${ORIGIN}/orders`)

    expect(status).toBe(200)
    expect(asked).toEqual(['/orders', '/auth/refresh', '/orders'])
    session.dispose()
  },
)
