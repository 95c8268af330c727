import type { Lease } from '@tabkeeper/core/http'
import { quiet } from '@tabkeeper/testing'
import { expect, it } from 'vitest'
import { ADA, areTokensStored, endingsOf, eventsOf, HOUR, openBar } from './bar.ts'

const whereStored = it.runIf(areTokensStored())

const DAY = 24 * HOUR

it.each([3 * HOUR, -3 * HOUR])(
  'F01: lives with a clock that is %i ms off: five refreshes in five minutes of one-minute tokens',
  async off => {
    const { clock, server, open } = openBar({ lifetime: 60 })
    // What the server says of time is compared with nothing, so the device may be anywhere.
    clock.jump(off)
    const { session } = open()
    await session.login(ADA)

    for (let second = 0; second < 300; second++) {
      expect(server.accepts(await session.getAccessToken())).toBe(true)
      await clock.advance(1_000)
    }

    expect(server.counts.refreshes).toBeGreaterThanOrEqual(4)
    expect(server.counts.refreshes).toBeLessThanOrEqual(8)
  },
)

it('F01: a pause that began while the clock was ahead ends when the clock is set right', async () => {
  const { clock, server, open, soon } = openBar()
  const { session } = open()
  clock.jump(3 * HOUR)
  await session.login(ADA)
  server.fail({ retryAfter: 5_000 })
  await expect(soon(session.refresh())).rejects.toMatchObject({ code: 'unreachable' })
  const lease = (await session.lease()) as Lease
  await expect(soon(session.renew(lease))).rejects.toMatchObject({ code: 'unreachable' })

  clock.jump(-3 * HOUR)
  const renewed = await soon(session.renew(lease))

  expect(server.accepts(renewed?.accessToken ?? '')).toBe(true)
})

whereStored(
  'F01: a record from before the clock was set back is of unknown age, and no reason to refresh',
  async () => {
    const { clock, server, open } = openBar()
    const before = open()
    await before.session.login(ADA)
    before.tab.close()
    clock.jump(-3 * HOUR)

    const { session } = open()

    expect(session.getState()).toMatchObject({ status: 'authenticated', expiresAt: null })
    expect(await session.getAccessToken()).toBeTypeOf('string')
    expect(server.counts.refreshes).toBe(0)
  },
)

it('F01: a record from before the clock was set back does not make a 401 the resource’s affair', async () => {
  const { browser, server, open, soon } = openBar()
  const before = open()
  await before.session.login(ADA)
  await soon(
    Promise.resolve(before.session.lease()).then(lease => lease && before.session.renew(lease)),
  )
  before.tab.close()
  const key = 'tabkeeper:admin'
  const record = JSON.parse(browser.local.read(key) ?? '')
  expect(record).toMatchObject({ afterRefusal: true })
  browser.local.write(key, JSON.stringify({ ...record, receivedAt: record.receivedAt + 3 * HOUR }))

  const { session } = open()
  const lease = await session.lease()
  const newer = lease && (await soon(session.renew(lease)))
  expect(newer && server.accepts(newer.accessToken)).toBe(true)
})

it('F02: refreshes once for thirty calls in fifteen of twenty seconds, with the usual margins', async () => {
  const { clock, server, open } = openBar({ lifetime: 20 })
  const { session } = open()
  await session.login(ADA)

  for (let i = 0; i < 30; i++) {
    await session.getAccessToken()
    await clock.advance(500)
  }

  expect(server.counts.refreshes).toBeLessThanOrEqual(1)
})

whereStored('F03: counts from receipt, however often the page is loaded', async () => {
  const { clock, open } = openBar()
  const { session, again } = open()
  await session.login(ADA)
  const first = session.getState()

  for (let i = 0; i < 10; i++) {
    await clock.advance(60_000)
    expect(again().getState()).toMatchObject(first)
  }
})

it('F04: leaves a token of forty days alone for thirty-nine, then refreshes once', async () => {
  const { clock, server, open } = openBar({ lifetime: (40 * DAY) / 1000 })
  const { session } = open({ keepAlive: true })
  await session.login(ADA)

  await clock.advance(39 * DAY)
  expect(server.counts.refreshes).toBe(0)
  await clock.advance(DAY)
  expect(server.counts.refreshes).toBe(1)
})

it('F05: sends nothing with a token that ran out while the device slept', async () => {
  const { clock, server, open } = openBar()
  const { session } = open({ keepAlive: true })
  await session.login(ADA)
  // As adapters ask: what they were given last is at hand, and is looked at again.
  const stale = await session.lease()
  expect(session.lease()).toBe(stale)
  clock.jump(8 * HOUR)

  const leases = await Promise.all(Array.from({ length: 12 }, () => session.lease()))

  for (const lease of leases) {
    expect(lease?.accessToken).not.toBe(stale?.accessToken)
    expect(server.accepts(lease?.accessToken ?? '')).toBe(true)
  }
  expect(server.counts.refreshes).toBe(1)
})

whereStored(
  'F06: a refresh in a throttled tab that is refused for an old token ends nothing',
  async () => {
    const { clock, server, open } = openBar()
    const [hidden, shown] = [open(), open()]
    await shown.session.login(ADA)
    await quiet()
    const endings = [endingsOf(hidden.session), endingsOf(shown.session)]
    clock.jump(HOUR)
    const release = server.hold()
    server.fail({ answer: { is: 'denied', reason: 'revoked' } })
    const asking = hidden.session.getAccessToken()
    await quiet()
    // The other tab was faster, and this one has not been told.
    hidden.tab.leave()
    shown.session.adopt({
      access_token: 'newer',
      refresh_token: 'rt.session-1.0',
      expires_in: 3600,
      session: { id: 'session-1' },
    })
    release()
    await clock.advance(1_000)

    expect(await asking).toBe('newer')
    expect(endings).toEqual([[], []])
  },
)

whereStored('F07: plans by what is left of a restored token, not by its whole life', async () => {
  const { clock, server, open } = openBar()
  const before = open()
  await before.session.login(ADA)
  before.tab.close()
  clock.jump(0.7 * HOUR)
  const { session } = open({ keepAlive: true })
  session.getState()

  await clock.advance(0.2 * HOUR)
  expect(server.counts.refreshes).toBe(0)
  await clock.advance(0.1 * HOUR)
  expect(server.counts.refreshes).toBe(1)
})

it.each([0, -60, 0.001, 0.5, 1])(
  'F11: a token that lives %d s: one attempt, no loop, the session stays',
  async lifetime => {
    const { clock, server, open } = openBar({ lifetime })
    const { session } = open()
    await session.login(ADA)
    clock.jump(2_000)

    await Promise.allSettled(Array.from({ length: 20 }, () => session.getAccessToken()))
    expect(server.counts.refreshes).toBe(1)
    for (let second = 0; second < 60; second++) {
      await session.getAccessToken().catch(() => {})
      await clock.advance(1_000)
    }

    expect(server.counts.refreshes).toBeLessThanOrEqual(8)
    expect(session.getState()).toMatchObject({ status: 'authenticated' })
  },
)

it('F11: says so to who waits for a token that was over on arrival', async () => {
  const { clock, server, open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)
  server.fail({
    answer: { is: 'granted', tokens: { access_token: 'b', refresh_token: 's', expires_in: -1 } },
  })

  await expect(soon(session.getAccessToken())).rejects.toMatchObject({ code: 'unreachable' })
  expect(server.counts.refreshes).toBe(1)
})

it.each([
  ['the server names the session', { session: { id: 's' } }],
  ['the server names none', {}],
  ['the lifetime is said again', { expires_in: 60 }],
])(
  'F09: a new refresh token alone does not change when the access token ends: %s',
  async (_, more) => {
    const { clock, open } = openBar()
    const { session } = open()
    session.adopt({ access_token: 'a', refresh_token: 'r', expires_in: 60, ...more })
    const end = clock.now() + 60_000
    expect(session.getState()).toMatchObject({ expiresAt: end })
    const events = eventsOf(session)

    await clock.advance(30_000)
    session.adopt({ access_token: 'a', refresh_token: 'r2', ...more })

    expect(session.getState()).toMatchObject({ expiresAt: end })
    expect(events).toEqual([])
  },
)

// Where the refresh token is a cookie, the same access token is nothing new.
whereStored(
  'F09: a lifetime that is said anew counts from then on, also of the same token',
  async () => {
    const { clock, open } = openBar()
    const { session } = open()
    session.adopt({ access_token: 'a', refresh_token: 'r', expires_in: 60 })
    await clock.advance(30_000)
    session.adopt({ access_token: 'a', refresh_token: 'r2', expires_in: 90 })

    expect(session.getState()).toMatchObject({ expiresAt: clock.now() + 90_000 })
  },
)

it('F12: tells nothing on ten changes of visibility', async () => {
  const { open } = openBar()
  const { tab, session } = open()
  await session.login(ADA)
  const state = session.getState()
  const events = eventsOf(session)
  const renders: unknown[] = []
  session.subscribe(next => renders.push(next))

  for (let i = 0; i < 10; i++) {
    tab.leave()
    tab.comeBack()
  }
  await quiet()

  expect(session.getState()).toBe(state)
  expect([...events, ...renders]).toEqual([])
})

it('a token that cannot be refreshed ends its session by itself, at its end', async () => {
  const { clock, open } = openBar()
  const { session } = open()
  session.adopt({ access_token: 'a', expires_in: 60 })
  const endings = endingsOf(session)

  await clock.advance(53_000)
  expect(await session.getAccessToken()).toBe('a')
  await clock.advance(1_000)

  expect(endings).toEqual(['expired'])
})

it('gives out no token with less life than was asked for', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  const first = await session.getAccessToken()
  clock.jump(0.7 * HOUR)

  expect(await session.getAccessToken({ minValidity: 0.2 * HOUR })).toBe(first)
  expect(await session.getAccessToken({ minValidity: 0.4 * HOUR })).not.toBe(first)
  expect(server.counts.refreshes).toBe(1)
})
