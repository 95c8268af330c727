import { cookieEndpoint, memoryArea, type Session, type TokenArea } from '@tabkeeper/core'
import { assembleSession, browserWorld, type Clock } from '@tabkeeper/core/world'
import { createAuthServer, defaultClients, generateKeys, openDatabase } from '@tabkeeper/server'
import { type VirtualTab, virtualBrowser } from '@tabkeeper/testing'
import { expect, it, onTestFinished } from 'vitest'
import { endingsOf } from './bar.ts'

const ORIGIN = 'https://bar.test'
const ADA = { email: 'ada@bar.test', password: 'correct horse battery staple' }
const BOB = { email: 'bob@bar.test', password: 'another long enough password' }
const ACCESS = 60_000
const GRACE = 30_000

/** The real server with a client whose transport is `split`, and one browser whose pages call it. */
async function openBar() {
  let ahead = 0
  const real = browserWorld().clock
  const clock: Clock = {
    now: () => real.now() + ahead,
    wake: (at, callback) => real.wake(at - ahead, callback),
  }
  const database = await openDatabase({ url: ':memory:' })
  const server = await createAuthServer({
    database,
    keys: await generateKeys(),
    clock,
    rateLimits: false,
    accessTokenTtl: ACCESS,
    grace: GRACE,
    clients: { ...defaultClients, admin: { ...defaultClients.customer, transport: 'split' } },
  })
  for (const account of [ADA, BOB]) await server.users.create({ ...account, role: 'admin' })
  onTestFinished(async () => {
    await server.close()
    await database.close()
  })

  const browser = virtualBrowser(clock)
  const cookies = new Map<string, string>()
  const counts = { refreshes: 0 }
  let losing = 0
  let isOffline = false

  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    if (isOffline) throw new TypeError('offline')
    const headers = new Headers(init.headers)
    headers.set('Sec-Fetch-Site', 'same-origin')
    const isWithCookies = init.credentials === 'include'
    if (isWithCookies) headers.set('Cookie', [...cookies].map(pair => pair.join('=')).join('; '))
    const { signal, ...rest } = init
    signal?.throwIfAborted()
    const response = await server.fetch(
      new Request(new URL(String(input), ORIGIN), { ...rest, headers }),
    )
    signal?.throwIfAborted()
    if (String(input).endsWith('/refresh')) {
      counts.refreshes++
      if (losing-- > 0) throw new TypeError('the connection was cut')
    }
    for (const text of response.headers.getSetCookie()) {
      expect(text).toContain('; HttpOnly; Secure')
      const [name = '', value = ''] = (text.split(';')[0] ?? '').split('=')
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }

  function open(client = 'admin', storage?: TokenArea): { tab: VirtualTab; session: Session } {
    const tab = browser.openTab()
    const endpoint = cookieEndpoint('/api/auth', { client, fetch })
    const session = assembleSession(
      {
        app: 'admin',
        endpoint: tab.through(endpoint),
        storage: storage ?? tab.storage,
        allowedOrigins: [],
      },
      tab.world,
    )
    onTestFinished(() => session.dispose())
    return { tab, session }
  }

  return {
    browser,
    server,
    cookies,
    counts,
    open,
    /** So much time passes for the server and for the pages, that every access token is over. */
    sleep: (ms = 2 * ACCESS) => {
      ahead += ms
    },
    /** The next answers to refreshes do not arrive. */
    loseAnswers(count: number) {
      losing = count
    },
    goOffline(offline: boolean) {
      isOffline = offline
    },
    /** What an API says to a token. */
    async statusOf(accessToken: string): Promise<number> {
      const headers = { Authorization: `Bearer ${accessToken}` }
      const verified = await server.verify(new Request(`${ORIGIN}/api/orders`, { headers }))
      return verified instanceof Response ? verified.status : 200
    },
    /** What the server says to the cookie that the browser has now. */
    async refreshByHand(): Promise<number> {
      const init = { method: 'POST', body: '{}', credentials: 'include' } as const
      const headers = { 'X-Session-Client': 'admin', 'Content-Type': 'application/json' }
      return (await fetch('/api/auth/refresh', { ...init, headers })).status
    },
  }
}

it('signs in, refreshes and signs out, and no token is to be read anywhere', async () => {
  const { browser, open, sleep, statusOf, cookies } = await openBar()
  const { session } = open()
  const seen: string[] = []
  session.subscribe(() => seen.push(JSON.stringify(browser.local.entries())))

  await session.login(ADA)
  const token = await session.getAccessToken()
  expect(await statusOf(token)).toBe(200)
  sleep()
  expect(await statusOf(token)).toBe(401)
  expect(await statusOf(await session.getAccessToken())).toBe(200)
  expect(cookies.size).toBe(1)
  expect(await session.listSessions()).toHaveLength(1)
  expect(await session.logout()).toEqual({ acknowledged: true })

  expect(cookies.size).toBe(0)
  expect(seen.length).toBeGreaterThan(3)
  for (const text of seen) {
    expect(text).not.toContain('srt1_')
    expect(text).not.toContain('eyJ')
  }
})

it('B01: five tabs whose tokens are over get one each, and no cookie is taken for a stolen one', async () => {
  const { open, sleep, statusOf, counts } = await openBar()
  const tabs = Array.from({ length: 5 }, () => open().session)
  await tabs[0]?.login(ADA)
  const endings = tabs.map(endingsOf)

  for (let round = 1; round <= 3; round++) {
    sleep()
    const tokens = await Promise.all(tabs.map(session => session.getAccessToken()))
    expect(new Set(tokens).size).toBe(5)
    expect(await Promise.all(tokens.map(statusOf))).toEqual(Array(5).fill(200))
    expect(counts.refreshes).toBe(5 * round)
  }
  expect(endings.flat()).toEqual([])
})

it.each([1, 2])(
  'C01: %i lost answers in a row cost nobody the session, however late',
  async lost => {
    const { open, sleep, statusOf, loseAnswers } = await openBar()
    const { session } = open()
    await session.login(ADA)
    sleep()
    loseAnswers(lost)

    const first = await session.getAccessToken().catch((error: { code: string }) => error.code)
    if (lost === 2) expect(first).toBe('unreachable')
    sleep(GRACE * 10)
    await session.refresh()

    expect(await statusOf(await session.getAccessToken())).toBe(200)
  },
)

it('E09: a sign-out in the middle of a refresh leaves a cookie that is worth nothing, or none', async () => {
  const { open, cookies, refreshByHand } = await openBar()
  const { session } = open()
  await session.login(ADA)
  const [stale] = [...cookies]

  const refreshing = session.refresh().catch((error: { code: string }) => error.code)
  const left = session.logout()

  expect(await refreshing).toBe('session-ended')
  expect(await left).toEqual({ acknowledged: true })
  if (cookies.size === 0 && stale) cookies.set(...stale)
  expect(await refreshByHand()).toBe(401)
})

it('tells the owner of a cookie that a thief has presented a copy of it', async () => {
  const { open, sleep, statusOf, cookies, refreshByHand } = await openBar()
  const { session } = open()
  await session.login(ADA)
  const [stolen] = [...cookies]
  await session.refresh()
  expect(await statusOf(await session.getAccessToken())).toBe(200)
  const [newest] = [...cookies]
  if (!stolen || !newest) throw new Error('There was no cookie.')
  const ended = endingsOf(session)
  sleep()

  cookies.set(...stolen)
  expect(await refreshByHand()).toBe(401)
  cookies.set(...newest)
  await expect(session.refresh()).rejects.toMatchObject({ code: 'session-ended' })

  expect(ended).toEqual(['reuse-detected'])
  expect(cookies.size).toBe(0)
})

it('E03: the tabs of somebody who was signed in before get his tokens no more, nor the next one’s', async () => {
  const { open, statusOf, server } = await openBar()
  const [one, two] = [open().session, open().session]
  await one.login(ADA)
  const old = await one.getAccessToken()
  const events: string[] = []
  one.on('replaced', () => events.push('replaced'))

  await two.login(BOB)

  await expect.poll(() => one.getState()).toMatchObject({ user: { email: BOB.email } })
  expect(events).toEqual(['replaced'])
  expect(await statusOf(old)).toBe(401)
  const verified = await server.verify(
    new Request(`${ORIGIN}/api/orders`, {
      headers: { Authorization: `Bearer ${await one.getAccessToken()}` },
    }),
  )
  expect(verified).toMatchObject({ user: { email: BOB.email } })
})

it('E04: a sign-out without a network is told later, and ends nobody else’s session', async () => {
  const { open, statusOf, goOffline, browser } = await openBar()
  const { tab, session } = open()
  await session.login(ADA)
  const old = await session.getAccessToken()
  goOffline(true)
  expect(await session.logout()).toEqual({ acknowledged: false })
  expect(JSON.stringify(browser.local.entries())).not.toMatch(/srt1_|eyJ/)
  goOffline(false)
  // A page of another storage, which knows nothing of what is kept in this one.
  const other = open('admin', memoryArea()).session
  await other.login(BOB)

  tab.online()
  await expect
    .poll(() => Object.keys(browser.local.entries()).filter(key => key.includes('unfinished')))
    .toEqual([])

  expect(await statusOf(old)).toBe(401)
  await other.refresh()
  expect(await statusOf(await other.getAccessToken())).toBe(200)
})

it('logoutAll and the end of another session work by the access token', async () => {
  const { open, cookies } = await openBar()
  const { session } = open()
  await session.login(ADA)

  expect(await session.logoutAll()).toEqual({ revoked: 1 })

  expect(cookies.size).toBe(0)
  expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })
})

it('row 18: says what is wrong where the server has another transport for the client', async () => {
  const { open, browser } = await openBar()
  const { session } = open('customer')

  await expect(session.login(ADA)).rejects.toThrow(/'customer' the transport "split"/)

  expect(session.getState()).toMatchObject({ status: 'unauthenticated' })
  expect(JSON.stringify(browser.local.entries())).not.toMatch(/srt1_|eyJ/)
})
