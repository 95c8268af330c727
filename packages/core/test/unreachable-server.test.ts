import type { AuthEndpoint, RefreshAnswer } from '@tabkeeper/core'
import type { Lease } from '@tabkeeper/core/http'
import { quiet } from '@tabkeeper/testing'
import { expect, it } from 'vitest'
import { ADA, endingsOf, eventsOf, HOUR, openBar } from './bar.ts'

const down: RefreshAnswer = { is: 'unreachable', retryAfter: null, cause: new Error('503') }

it('C01: comes through a page that is reloaded after the server has rotated', async () => {
  const { clock, server, open, soon } = openBar({ grace: 30_000 })
  const before = open()
  await before.session.login(ADA)
  clock.jump(HOUR)
  server.hold()
  void before.session.getAccessToken().catch(() => {})
  await quiet()
  expect(server.counts.granted).toBe(1)
  before.tab.close()
  server.hold()()

  const { session } = open()
  const endings = endingsOf(session)

  expect(server.accepts(await soon(session.getAccessToken()))).toBe(true)
  expect(endings).toEqual([])
  expect(server.counts.reused).toBe(0)
})

it('C01: asks once more at once where the answer was lost', async () => {
  const { clock, server, open, soon } = openBar({ grace: 30_000 })
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)
  server.fail('lose-answer')

  expect(server.accepts(await soon(session.getAccessToken()))).toBe(true)
  expect(server.counts).toMatchObject({ refreshes: 2, reused: 0 })
})

it('does not ask once more for a session that was signed out in between', async () => {
  const { clock, server, open } = openBar({ grace: 30_000 })
  const { session } = open()
  await session.login(ADA)
  server.fail('lose-request')
  void session.refresh().catch(() => {})
  await clock.advance(10)

  await session.logout()
  await clock.advance(1000)

  expect(server.counts.refreshes).toBe(1)
})

it.each<[string, () => Partial<AuthEndpoint>]>([
  ['says 503', () => ({ refresh: async () => down })],
  ['is not there', () => ({ refresh: async () => ({ is: 'lost', cause: new Error('offline') }) })],
  ['rejects', () => ({ refresh: () => Promise.reject(new Error('offline')) })],
  [
    'throws',
    () => ({
      refresh: () => {
        throw new Error('offline')
      },
    }),
  ],
  ['never answers', () => ({ refresh: () => new Promise(() => {}) })],
])('C03: keeps the session while the server %s, and says so to who waits', async (_, broken) => {
  const { clock, endpoint, open, soon } = openBar()
  const { session } = open({ endpoint: endpoint(broken()) })
  await session.login(ADA)
  clock.jump(HOUR)
  const events = eventsOf(session)

  // D06: the documented limit is ten seconds.
  const waiting = soon(session.getAccessToken(), 10_100)

  await expect(waiting).rejects.toMatchObject({ code: 'unreachable', retryable: true })
  expect(session.getState()).toMatchObject({ status: 'authenticated', refresh: 'backing-off' })
  expect(events).toEqual(['refresh-unreachable'])
})

it('D06: gives up a refresh that never answers at its limit, tells it, and lets the next one try', async () => {
  const { clock, server, endpoint, open, soon } = openBar()
  const signals: AbortSignal[] = []
  let isDead = true
  const { session } = open({
    endpoint: endpoint({
      refresh(token, options) {
        if (options.signal) signals.push(options.signal)
        return isDead ? new Promise(() => {}) : server.endpoint.refresh(token, options)
      },
    }),
  })
  await session.login(ADA)
  clock.jump(HOUR)
  const waiting = session.getAccessToken().catch((error: unknown) => error)

  await clock.advance(9_999)
  expect(signals.map(signal => signal.aborted)).toEqual([false])
  await clock.advance(100)
  expect(await waiting).toMatchObject({ code: 'unreachable' })
  expect(signals.map(signal => signal.aborted)).toEqual([true])

  isDead = false
  await clock.advance(60_000)
  expect(server.accepts(await soon(session.getAccessToken()))).toBe(true)
})

it('D06: gives up a sign-in that never answers', async () => {
  const { endpoint, open, soon } = openBar()
  const { session } = open({ endpoint: endpoint({ login: () => new Promise(() => {}) }) })

  await expect(soon(session.login(ADA), 10_100)).rejects.toMatchObject({
    code: 'unreachable',
    cause: { name: 'TimeoutError' },
  })
})

it('C05: gives out the token that is still good while a refresh ahead of its end fails', async () => {
  const { clock, server, open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  const token = await session.getAccessToken()
  clock.jump(HOUR - 60_000)
  server.fail({ answer: down }, { answer: down })

  expect(await session.getAccessToken()).toBe(token)
  await clock.advance(45_000)
  expect(await session.getAccessToken()).toBe(token)
  await clock.advance(5_000)
  expect(server.counts.refreshes).toBeGreaterThan(0)
  await clock.advance(60_000)
  expect(server.accepts(await soon(session.getAccessToken()))).toBe(true)
})

it('C06: leaves a server that is down alone: fifty requests in a minute, six refreshes at most', async () => {
  const { clock, endpoint, open } = openBar()
  const { session } = open({ endpoint: endpoint({ refresh }) })
  let refreshes = 0
  async function refresh(): Promise<RefreshAnswer> {
    refreshes++
    return down
  }
  await session.login(ADA)
  clock.jump(HOUR)

  for (let i = 0; i < 50; i++) {
    const failing = expect(session.getAccessToken()).rejects.toMatchObject({ code: 'unreachable' })
    await clock.advance(1_200)
    await failing
  }

  expect(refreshes).toBeGreaterThan(1)
  expect(refreshes).toBeLessThanOrEqual(6)
})

it('C06: waits for as long as the server asks for, in every tab, and a sign-in ends the wait', async () => {
  const { clock, server, open, soon } = openBar()
  const [one, two] = [open(), open()]
  await one.session.login(ADA)
  await quiet()
  two.session.getState()
  await quiet()
  clock.jump(HOUR)
  server.counts.refreshes = 0
  server.fail({ retryAfter: 20_000 })
  const refused = expect(one.session.getAccessToken()).rejects.toMatchObject({
    code: 'unreachable',
    retryAfter: expect.closeTo(20_000, -4),
  })
  await clock.advance(100)
  await refused

  for (let i = 0; i < 19; i++) {
    for (const { session } of [one, two])
      await expect(session.getAccessToken()).rejects.toMatchObject({ code: 'unreachable' })
    await clock.advance(1_000)
  }
  expect(server.counts.refreshes).toBe(1)

  await one.session.login(ADA)
  await soon(one.session.refresh())
  expect(server.counts.refreshes).toBe(2)
})

it('B08: tries again after a failure', async () => {
  const { clock, server, open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)
  server.fail('lose-request', 'lose-request')
  await expect(soon(session.getAccessToken())).rejects.toMatchObject({ code: 'unreachable' })
  await clock.advance(5_000)

  expect(server.accepts(await soon(session.getAccessToken()))).toBe(true)
})

it('a refresh that is asked for by name does not wait for the pause to end', async () => {
  const { clock, server, open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)
  server.fail({ retryAfter: 60_000 })
  await expect(soon(session.getAccessToken())).rejects.toMatchObject({ code: 'unreachable' })

  await soon(session.refresh())

  expect(server.accepts(await session.getAccessToken())).toBe(true)
})

it('C08: starts signed in where the network is missing, and C09: goes on when it returns', async () => {
  const { clock, server, open } = openBar()
  const before = open()
  await before.session.login(ADA)
  before.tab.close()
  clock.jump(2 * HOUR)
  server.fail('lose-request', 'lose-request')

  const { tab, session } = open()
  const shown: unknown[] = []
  session.subscribe(state => shown.push(state.status === 'authenticated' && state.refresh))
  expect(session.getState()).toMatchObject({ status: 'authenticated', user: { name: ADA.email } })
  await clock.advance(1_000)
  expect(shown).toEqual(['backing-off'])
  expect(server.counts.refreshes).toBe(2)

  tab.online()
  await clock.advance(100)

  expect(shown).toEqual(['backing-off', 'pending', 'idle'])
  expect(server.counts).toMatchObject({ refreshes: 3, granted: 1 })
})

it('C09: ten tabs that hear of the network together ask once, whether it is there or not', async () => {
  const { clock, server, open } = openBar()
  const tabs = Array.from({ length: 10 }, () => open())
  await tabs[0]?.session.login(ADA)
  for (const { session } of tabs) session.getState()
  await quiet(10)
  clock.jump(HOUR)
  server.counts.refreshes = 0
  server.fail({ answer: down })
  void tabs[0]?.session.getAccessToken().catch(() => {})
  await clock.advance(1_000)
  expect(server.counts.refreshes).toBe(1)

  server.fail({ answer: down })
  for (const { tab } of tabs) tab.online()
  await clock.advance(1_000)

  expect(server.counts.refreshes).toBe(2)
})

it('D01: takes a 401 to a fresh token for an answer: one refresh, and two in a minute of polling', async () => {
  const { clock, server, open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  const events = eventsOf(session)
  const newer = await soon(session.renew(session.lease() as Lease))

  expect(await soon(session.renew(newer as Lease))).toBeNull()
  for (let i = 0; i < 58; i++) {
    await session.renew((await session.lease()) as Lease)
    await clock.advance(1_000)
  }

  expect(server.counts.refreshes).toBeLessThanOrEqual(2)
  expect(events).toEqual(['refreshed'])
  expect(session.getState()).toMatchObject({ status: 'authenticated' })
})

it('D03: a wrong password costs the session that is there nothing', async () => {
  const { server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  const state = session.getState()

  const signingIn = session.login({ email: 'bob@bar.test', password: 'wrong' })

  await expect(signingIn).rejects.toMatchObject({ code: 'invalid-credentials', retryable: false })
  expect(session.getState()).toBe(state)
  expect(server.counts.refreshes).toBe(0)
})

it('D09: holds nothing up and asks nobody where nobody is signed in', async () => {
  const { server, open } = openBar()
  const { session } = open()

  expect(session.lease()).toBeNull()
  await expect(session.getAccessToken()).rejects.toMatchObject({ code: 'signed-out' })
  await expect(session.refresh()).rejects.toMatchObject({ code: 'signed-out' })
  expect(server.counts.refreshes).toBe(0)
})

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['no tokens', { is: 'granted' }],
  ['no access token', { is: 'granted', tokens: {} }],
  ['a token that breaks a header', { is: 'granted', tokens: { access_token: 'a\r\nb' } }],
  ['a user that is no JSON', { is: 'granted', tokens: { access_token: 'a', user: 5n } }],
])(
  'an endpoint of somebody else that answers %s is no verdict, and nothing of it is kept',
  async (_, answer) => {
    const { browser, clock, endpoint, open, soon } = openBar()
    // What the compiler forbids, a plain script may do.
    const refresh = async () => answer as RefreshAnswer
    const { session } = open({ endpoint: endpoint({ refresh }) })
    await session.login(ADA)
    const before = browser.local.read('admin_token')
    clock.jump(HOUR)

    await expect(soon(session.getAccessToken())).rejects.toMatchObject({ code: 'unreachable' })

    expect(browser.local.read('admin_token')).toBe(before)
    expect(session.getState()).toMatchObject({ status: 'authenticated', user: { name: ADA.email } })
  },
)
