import type { Lease } from '@tabkeeper/core/http'
import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, areTokensStored, BOB, endingsOf, eventsOf, HOUR, oneOrEach, openBar } from './bar.ts'

const whereStored = it.runIf(areTokensStored())

it('B02: who waited for another tab takes up its tokens without a request', async () => {
  const { clock, server, open } = openBar()
  const tabs = [open(), open(), open(), open()]
  await tabs[0]?.session.login(ADA)
  for (const { session } of tabs) session.getState()
  await quiet()
  clock.jump(HOUR)
  server.counts.refreshes = 0
  const release = server.hold()
  const asking = tabs.map(({ session }) => session.getAccessToken())
  await clock.advance(800)

  release()
  await clock.advance(100)

  expect(new Set(await Promise.all(asking)).size).toBe(oneOrEach(4))
  expect(server.counts.refreshes).toBe(oneOrEach(4))
})

whereStored(
  'B03: a refusal of the token that another tab has used takes up what that tab got',
  async () => {
    const { clock, server, open } = openBar()
    const [loser, winner] = [open(), open()]
    await loser.session.login(ADA)
    await quiet()
    const endings = [endingsOf(loser.session), endingsOf(winner.session)]
    const lease = loser.session.lease() as Lease
    const release = server.hold()
    server.fail({ answer: { is: 'denied', reason: 'revoked' } })
    const renewing = loser.session.renew(lease)
    await quiet()

    // The other tab has no Web Locks: nothing keeps it from refreshing at the same time.
    loser.tab.leave()
    winner.session.adopt({
      access_token: 'winner',
      refresh_token: 'rt.session-1.1',
      expires_in: 3600,
      session: { id: 'session-1' },
    })
    release()
    await clock.advance(1_000)

    expect((await renewing)?.accessToken).toBe('winner')
    expect(endings).toEqual([[], []])
  },
)

whereStored(
  'B03: a refusal is not believed before storage had time to show what another tab got',
  async () => {
    const { clock, server, open } = openBar({ lag: () => 10 })
    const [loser, winner] = [open(), open()]
    await loser.session.login(ADA)
    await clock.advance(100)
    const endings = endingsOf(loser.session)
    winner.session.getState()
    const lease = loser.session.lease() as Lease
    const release = server.hold()
    server.fail({ answer: { is: 'denied', reason: 'revoked' } })
    const renewing = loser.session.renew(lease)
    await quiet()

    winner.session.adopt({
      access_token: 'winner',
      refresh_token: 'rt.session-1.1',
      expires_in: 3600,
      session: { id: 'session-1' },
    })
    release()
    await clock.advance(1_000)

    expect((await renewing)?.accessToken).toBe('winner')
    expect(endings).toEqual([])
  },
)

describe('B04: a tab that is frozen while it holds the lock', () => {
  it('holds the others up for twelve seconds, and its late answer changes nothing', async () => {
    const { clock, server, open } = openBar({ grace: 30_000 })
    const [frozen, other] = [open(), open()]
    await frozen.session.login(ADA)
    await quiet()
    other.session.getState()
    clock.jump(HOUR)
    const late = frozen.session.getAccessToken()
    frozen.tab.freeze()
    await clock.advance(100)

    const asking = other.session.getAccessToken()
    await clock.advance(12_100)
    const token = await asking
    expect(server.accepts(token)).toBe(true)
    const events = eventsOf(frozen.session)
    frozen.tab.thaw()
    await clock.advance(15_000)

    const newest = [await frozen.session.getAccessToken(), await other.session.getAccessToken()]
    expect(new Set([await late, token, ...newest]).size).toBe(oneOrEach(2))
    expect(server.counts.reused).toBe(0)
    expect(events).not.toContain('signed-out')
  })

  it('wakes after its token was replaced twice, and takes up the newest', async () => {
    const { clock, server, open, soon } = openBar({ grace: 30_000 })
    const [frozen, other] = [open(), open()]
    await frozen.session.login(ADA)
    await quiet()
    other.session.getState()
    clock.jump(HOUR)
    const late = frozen.session.getAccessToken()
    frozen.tab.freeze()
    const first = other.session.getAccessToken()
    await clock.advance(12_100)
    await first
    await soon(other.session.refresh())
    await clock.advance(100)
    const newest = await other.session.getAccessToken()

    frozen.tab.thaw()
    await clock.advance(1_000)

    expect(new Set([await late, newest]).size).toBe(oneOrEach(2))
    expect(await other.session.getAccessToken()).toBe(newest)
    expect(server.counts.reused).toBe(0)
  })

  it('wakes after somebody else signed in, and leaves that session alone', async () => {
    const { clock, server, open, soon } = openBar()
    const [frozen, other] = [open(), open()]
    await frozen.session.login(ADA)
    await quiet()
    clock.jump(HOUR)
    const release = server.hold()
    const late = frozen.session.getAccessToken().catch((error: unknown) => error)
    await quiet()
    frozen.tab.freeze()
    release()
    await soon(other.session.login(BOB), 15_000)
    await clock.advance(1_000)

    frozen.tab.thaw()
    await clock.advance(1_000)

    expect(await late).toMatchObject({ code: 'session-changed' })
    expect(server.live()).toEqual(['session-2'])
    for (const { session } of [frozen, other])
      expect(session.getState()).toMatchObject({ user: { name: BOB.email } })
  })
})

it('B05: a tab that is closed in the middle of its refresh holds nobody up', async () => {
  const { clock, server, open, soon } = openBar({ grace: 30_000 })
  const [closing, other] = [open(), open()]
  await closing.session.login(ADA)
  await quiet()
  other.session.getState()
  clock.jump(HOUR)
  void closing.session.getAccessToken().catch(() => {})
  await quiet()
  closing.tab.close()

  expect(server.accepts(await soon(other.session.getAccessToken(), 200))).toBe(true)
})

it('B05: a tab that is not seen waits three seconds for what a closed one may have left, though its timers are late', async () => {
  const { clock, server, open, soon } = openBar({ grace: 30_000 })
  const [closing, other] = [open(), open()]
  await closing.session.login(ADA)
  await quiet()
  other.session.getState()
  other.tab.throttle(1_000)
  clock.jump(HOUR)
  const release = server.hold()
  void closing.session.getAccessToken().catch(() => {})
  await quiet()
  const asking = other.session.getAccessToken()
  await quiet()
  closing.tab.close()
  release()

  expect(server.accepts(await soon(asking, 3_000))).toBe(true)
})

it('B06: one of six tabs takes over from a holder that is dead, and the others take up what it gets', async () => {
  const { clock, server, open } = openBar({ grace: 30_000 })
  const tabs = Array.from({ length: 7 }, () => open())
  const [dead, ...living] = tabs
  await dead?.session.login(ADA)
  for (const { session } of tabs) session.getState()
  await quiet()
  clock.jump(HOUR)
  void dead?.session.getAccessToken().catch(() => {})
  dead?.tab.freeze()
  await quiet()
  const before = server.counts.refreshes

  const asking = living.map(({ session }) => session.getAccessToken())
  await clock.advance(12_500)

  expect(new Set(await Promise.all(asking)).size).toBe(oneOrEach(6))
  expect(server.counts.refreshes).toBe(before + oneOrEach(6))
})

it('B07: works without Web Locks: what another tab was faster with is taken up', async () => {
  const { clock, server, open, refreshToken } = openBar({ grace: 30_000 })
  const tabs = [open(), open(), open()].map(({ tab, again }) => {
    tab.world.lock = () => ({
      hold: task => task({ lost: new AbortController().signal, wasTaken: false }),
    })
    return again()
  })
  await tabs[0]?.login(ADA)
  for (const session of tabs) session.getState()
  await quiet()
  clock.jump(HOUR)

  const successor = refreshToken()?.replace(/\d+$/, generation => `${Number(generation) + 1}`)
  const asking = Promise.all(tabs.map(session => session.getAccessToken()))
  await clock.advance(1_000)

  for (const token of await asking) expect(server.accepts(token)).toBe(true)
  expect(server.counts.reused).toBe(0)
  expect(refreshToken()).toBe(successor)
})

it('B10: after a freeze the state is what storage says, whatever happened in between', async () => {
  const { clock, server, open, soon } = openBar()
  const [frozen, other] = [open(), open()]
  await frozen.session.login(ADA)
  await quiet()
  other.session.getState()
  frozen.tab.freeze()
  await other.session.logout()
  await other.session.login(BOB)
  await soon(other.session.refresh())
  await clock.advance(100)

  frozen.tab.thaw()
  await quiet()

  expect(frozen.session.getState()).toMatchObject({ user: { name: BOB.email } })
  const tokens = [await frozen.session.getAccessToken(), await other.session.getAccessToken()]
  expect(tokens.every(server.accepts)).toBe(true)
  expect(new Set(tokens).size).toBe(oneOrEach(2))
  expect(server.counts.reused).toBe(0)
})

it('B12: two windows of a shell share their storage and their lock, and refresh once', async () => {
  const { clock, server, open, soon } = openBar()
  const [one, two] = [open({ app: 'shell' }), open({ app: 'shell' })]
  await one.session.login(ADA)
  await quiet()
  two.session.getState()
  clock.jump(HOUR)

  await soon(Promise.all([one.session.getAccessToken(), two.session.getAccessToken()]))

  expect(server.counts.refreshes).toBe(oneOrEach(2))
})

it('B14: ten open tabs refresh once in each lifetime', async () => {
  const { clock, server, open } = openBar()
  const tabs = Array.from({ length: 10 }, () => open({ keepAlive: true }))
  await tabs[0]?.session.login(ADA)
  for (const { session } of tabs) session.getState()

  await clock.advance(5 * HOUR)

  expect(server.counts.refreshes).toBeGreaterThanOrEqual(5 * oneOrEach(10))
  expect(server.counts.refreshes).toBeLessThanOrEqual(6 * oneOrEach(10))
  expect(server.counts.reused).toBe(0)
})

it('B15: ten tabs that are restored at once with a session that is over refresh once', async () => {
  const { clock, server, open, soon } = openBar()
  const before = open()
  await before.session.login(ADA)
  before.tab.close()
  clock.jump(HOUR)
  const tabs = Array.from({ length: 10 }, () => open())

  const tokens = await soon(Promise.all(tabs.map(({ session }) => session.getAccessToken())), 500)

  expect(new Set(tokens).size).toBe(oneOrEach(10))
  expect(server.counts.refreshes).toBe(oneOrEach(10))
})

describe('storage that shows other tabs’ writes late', () => {
  it('is given time to settle before the lock is handed over: no token is used twice', async () => {
    let milliseconds = 0
    // Up to ten milliseconds, as measured in Chromium.
    const { clock, server, open } = openBar({ lag: () => (milliseconds = (milliseconds + 3) % 11) })
    const tabs = Array.from({ length: 5 }, () => open())
    await tabs[0]?.session.login(ADA)
    await clock.advance(100)
    for (const { session } of tabs) session.getState()
    await clock.advance(100)
    server.counts.refreshes = 0

    for (let round = 1; round <= 20; round++) {
      clock.jump(HOUR)
      const asking = Promise.all(tabs.map(({ session }) => session.getAccessToken()))
      await clock.advance(500)
      expect(new Set(await asking).size).toBe(oneOrEach(5))
      expect(server.counts).toMatchObject({ refreshes: round * oneOrEach(5), reused: 0 })
    }
  })

  whereStored('shows a commit key by key, and nobody takes half of it for a session', async () => {
    let milliseconds = 0
    const { clock, server, open } = openBar({ lag: () => (milliseconds += 2) })
    const [one, two] = [open(), open()]
    await one.session.login(ADA)
    await clock.advance(100)
    two.session.getState()
    const events = eventsOf(two.session)

    for (let round = 1; round <= 3; round++) {
      milliseconds = 0
      await Promise.all([one.session.refresh(), clock.advance(1)])
      // Two asks in the middle of it, at each of its moments.
      for (let i = 0; i < 20; i++) {
        two.session.getState()
        two.tab.comeBack()
        await clock.advance(1)
      }
      await clock.advance(500)
    }

    expect(events).toEqual(['refreshed', 'refreshed', 'refreshed'])
    expect(server.counts).toMatchObject({ refreshes: 3, reused: 0 })
  })

  whereStored(
    'shows the first half of a commit just as the lock is handed over: the rest is waited for',
    async () => {
      let lag = 0
      const { clock, server, open } = openBar({ lag: () => lag })
      const [one, two] = [open(), open()]
      await one.session.login(ADA)
      await quiet()
      two.session.getState()
      clock.jump(HOUR)
      const release = server.hold()
      const asking = Promise.all([one.session.getAccessToken(), two.session.getAccessToken()])
      await quiet()
      // The access token comes at once, what follows it only after the lock was given back.
      one.tab.breakStorage((operation, key) => {
        if (operation === 'write') lag = key === 'admin_token' ? 0 : 40
      })
      release()
      await clock.advance(500)

      expect(new Set(await asking).size).toBe(1)
      expect(server.counts).toMatchObject({ refreshes: 1, reused: 0 })
    },
  )
})
