import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, HOUR, openBar } from './bar.ts'

const MINUTE = 60_000

/** A page that is hidden for five minutes: its timers ring once a minute (Chromium's intensive throttling). */
describe('a hidden tab whose timers ring once a minute', () => {
  async function openTwo(options: Parameters<typeof openBar>[0] = {}) {
    const bar = openBar({ grace: 30_000, ...options })
    const [hidden, shown] = [bar.open(), bar.open()]
    await hidden.session.login(ADA)
    await quiet()
    shown.session.getState()
    hidden.tab.leave()
    hidden.tab.throttle(MINUTE)
    // Somewhere between two rings.
    await bar.clock.advance(7_000)
    return { ...bar, hidden, shown }
  }

  it('gets its token at once where no other tab is at it', async () => {
    const { clock, server, soon, hidden } = await openTwo()
    clock.jump(HOUR)
    expect(server.accepts(await soon(hidden.session.getAccessToken(), 0))).toBe(true)
  })

  it('B04: that holds the lock until its timer rings keeps nobody waiting for what it got', async () => {
    const { clock, server, soon, hidden, shown } = await openTwo()
    clock.jump(HOUR)
    const asking = [hidden.session.getAccessToken(), shown.session.getAccessToken()]
    const [one, two] = await soon(Promise.all(asking), 100)

    expect(one).toBe(two)
    expect(server.counts.refreshes).toBe(1)
    // It still has the lock: a forced refresh waits no longer than for a holder that is dead.
    await soon(shown.session.refresh(), 13_000)
    expect(server.counts).toMatchObject({ refreshes: 2, reused: 0 })
    await clock.advance(2 * MINUTE)
    expect(await hidden.session.getAccessToken()).toBe(await shown.session.getAccessToken())
  })

  it.each([true, false])(
    'B04: passes a frozen holder over in a bounded time (Web Locks: %s)',
    async webLocks => {
      const { clock, server, soon, hidden, shown } = await openTwo({ webLocks })
      clock.jump(HOUR)
      shown.tab.throttle(0)
      const stuck = shown.session.getAccessToken().catch(() => {})
      shown.tab.freeze()
      await quiet()
      await clock.advance(1_000)

      // Six steps of patience, each of them up to a minute, and what the lease costs besides.
      const token = await soon(hidden.session.getAccessToken(), 10 * MINUTE)
      expect(server.accepts(token)).toBe(true)
      shown.tab.thaw()
      await clock.advance(2 * MINUTE)
      await stuck
      expect(server.counts.reused).toBe(0)
      expect(await shown.session.getAccessToken()).toBe(await hidden.session.getAccessToken())
    },
  )

  it('never holds a token back that is still good', async () => {
    const { clock, soon, hidden, shown } = await openTwo()
    clock.jump(HOUR - 2 * MINUTE)
    const before = await soon(shown.session.getAccessToken(), 0)
    shown.tab.freeze()
    expect(await soon(hidden.session.getAccessToken(), 0)).toBeTypeOf('string')
    expect(before).toBeTypeOf('string')
  })

  it('B14: ten of them refresh once in each lifetime, and none is out of date for long', async () => {
    const { clock, server, open } = openBar({ grace: 30_000 })
    const tabs = Array.from({ length: 10 }, () => open({ keepAlive: true }))
    await tabs[0]?.session.login(ADA)
    for (const { tab, session } of tabs) {
      session.getState()
      tab.throttle(MINUTE)
    }
    await clock.advance(5 * HOUR)

    expect(server.counts.refreshes).toBeGreaterThanOrEqual(5)
    expect(server.counts.refreshes).toBeLessThanOrEqual(6)
    expect(server.counts.reused).toBe(0)
    const tokens = new Set<string>()
    for (const { session } of tabs) tokens.add(await session.getAccessToken())
    expect(tokens.size).toBe(1)
  })

  it('D06: gives a refresh up that never answers when its timer rings next', async () => {
    const { clock, server, soon, hidden, open } = await openTwo()
    hidden.tab.close()
    const { tab, session } = open({
      endpoint: { ...server.endpoint, refresh: () => new Promise(() => {}) },
    })
    session.getState()
    tab.throttle(MINUTE)
    clock.jump(HOUR)
    await expect(soon(session.getAccessToken(), 2 * MINUTE)).rejects.toMatchObject({
      code: 'unreachable',
    })
  })
})
