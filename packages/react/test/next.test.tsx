import { readFileSync } from 'node:fs'
import { restEndpoint } from '@tabkeeper/core'
import { openAuthServer } from '@tabkeeper/testing/auth-server'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inSession, passToken, tokenIn } from './recipes/next.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true }))
afterEach(() => void vi.useRealTimers())

it('docs/recipes/next.md shows next.ts as it is tested', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  expect(read('../../../docs/recipes/next.md')).toContain(
    `\`\`\`ts\n${read('recipes/next.ts')}\`\`\`\n`,
  )
})

describe('K06: middleware and three components of one page', () => {
  /** A browser of Ada's in front of an app that renders on the server. */
  async function openApp() {
    const server = await openAuthServer({ accessTokenTtl: 60_000 })
    const endpoint = restEndpoint('https://bar.test/api/auth', {
      client: 'admin',
      fetch: server.fetch,
    })
    const jar = new Map<string, string>()
    const request = (headers: Record<string, string> = {}) =>
      new Request('https://bar.test/orders', {
        headers: { Cookie: [...jar].map(pair => pair.join('=')).join('; '), ...headers },
      })
    const keep = (setCookies: readonly string[]) => {
      for (const text of setCookies) {
        expect(text).toMatch(/; HttpOnly; Secure; SameSite=Lax; Max-Age=\d+$/)
        const [name = '', value = ''] = (text.split(';')[0] ?? '').split('=')
        if (value === '') jar.delete(name)
        else jar.set(name, value)
      }
    }
    return {
      ...server,
      jar,
      refreshes: () => server.asked.filter(each => each === 'POST /refresh').length,
      async signIn() {
        keep(
          (await inSession(request(), endpoint, session => session.login(server.ada))).setCookies,
        )
      },
      async signOut() {
        keep((await inSession(request(), endpoint, session => session.logout())).setCookies)
      },
      /** One page: middleware, then three components that each ask the API. */
      async open(headers?: Record<string, string>) {
        const { headers: passed, setCookies } = await passToken(request(headers), endpoint)
        keep(setCookies)
        const tokens = ['menu', 'orders', 'figures'].map(() => tokenIn(passed))
        const statuses = await Promise.all(
          tokens.map(async token => {
            if (token === null) return 401
            const init = { headers: { Authorization: `Bearer ${token}` } }
            return (await server.fetch('https://bar.test/api/auth/sessions', init)).status
          }),
        )
        return renderToString(<p>{statuses.join(' ')}</p>)
      },
    }
  }

  it('K06: refresh once when the token is over, and not at all while it is good', async () => {
    const { open, refreshes, signIn } = await openApp()
    await signIn()
    expect(await open()).toBe('<p>200 200 200</p>')
    expect(refreshes()).toBe(0)

    vi.setSystemTime(Date.now() + 300_000)
    expect(await open()).toBe('<p>200 200 200</p>')
    expect(refreshes()).toBe(1)
    expect(await open()).toBe('<p>200 200 200</p>')
    expect(refreshes()).toBe(1)
  })

  it('K06: of two pages at the same time stay signed in, though both refresh', async () => {
    const { open, refreshes, signIn } = await openApp()
    await signIn()
    vi.setSystemTime(Date.now() + 300_000)
    expect(await Promise.all([open(), open()])).toEqual(Array(2).fill('<p>200 200 200</p>'))
    expect(refreshes()).toBe(2)
    vi.setSystemTime(Date.now() + 300_000)
    expect(await open()).toBe('<p>200 200 200</p>')
  })

  it('K06: take no token from a browser’s header, and none after a sign-out', async () => {
    const { bob, jar, open, signIn, signInElsewhere, signOut } = await openApp()
    const { access_token } = await signInElsewhere(bob)
    expect(await open({ 'X-Access-Token': access_token })).toBe('<p>401 401 401</p>')
    await signIn()
    expect(jar.size).toBeGreaterThan(2)
    await signOut()
    expect(await open()).toBe('<p>401 401 401</p>')
    expect([...jar.keys()].filter(name => name.includes('token'))).toEqual([])
  })

  it('K06: are rendered as for nobody while the server cannot be reached, who stays signed in', async () => {
    const { cutOff, open, signIn } = await openApp()
    await signIn()
    vi.setSystemTime(Date.now() + 300_000)
    cutOff(true)
    expect(await open()).toBe('<p>401 401 401</p>')
    cutOff(false)
    vi.setSystemTime(Date.now() + 120_000)
    expect(await open()).toBe('<p>200 200 200</p>')
  })
})
