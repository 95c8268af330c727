import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, HOUR, openBar } from './bar.ts'

/** What it costs when so many requests wait for one refresh. */
async function costOf(waiting: number) {
  const { clock, server, browser, open } = openBar()
  const { tab, session, again } = open()
  await session.login(ADA)
  session.dispose()
  let looks = 0
  const { now } = tab.world.clock
  // The session takes its clock as it is made.
  Object.assign(tab.world.clock, { now: () => ++looks && now() })
  const mine = again({ maxWaiting: waiting })
  const told: unknown[] = []
  mine.subscribe(state => told.push(state))
  clock.jump(HOUR)
  const release = server.hold()

  let added = 0
  let removed = 0
  const controller = new AbortController()
  const signal = Object.create(controller.signal, {
    aborted: { get: () => controller.signal.aborted },
    reason: { get: () => controller.signal.reason },
    addEventListener: { value: () => added++ },
    removeEventListener: { value: () => removed++ },
    throwIfAborted: { value: () => controller.signal.throwIfAborted() },
  })
  const before = { ...browser.local.counts }
  looks = 0
  const asking = Array.from({ length: waiting }, () => mine.getAccessToken({ signal }))
  await quiet()
  const alarms = clock.pending()
  release()
  await quiet()
  const tokens = await Promise.all(asking)

  expect(new Set(tokens).size).toBe(1)
  expect(server.counts.refreshes).toBe(1)
  const { reads, writes } = browser.local.counts
  return {
    looks,
    added,
    removed,
    alarms,
    told: told.length,
    reads: reads - before.reads,
    writes: writes - before.writes,
    measures: tab.measures.filter(name => name.endsWith(':wait')).length,
  }
}

describe('requests that wait', () => {
  it('cost the storage, the clock and the listeners nothing, and a look and a listener each', async () => {
    const [one, two, three] = [await costOf(1_000), await costOf(2_000), await costOf(3_000)]

    for (const each of [two, three]) {
      const { reads, writes, alarms, told, measures } = one
      expect(each).toMatchObject({ reads, writes, alarms, told, measures })
    }
    expect(one.alarms).toBeLessThanOrEqual(3)
    expect(one.measures).toBe(1)
    for (const [cost, waiting] of [
      [one, 1_000],
      [two, 2_000],
      [three, 3_000],
    ] as const)
      expect(cost).toMatchObject({ added: waiting, removed: waiting })
    // The same step from one thousand to the next: linear.
    expect(three.looks - two.looks).toBe(two.looks - one.looks)
    const each = (two.looks - one.looks) / 1_000
    expect(each).toBeGreaterThanOrEqual(1)
    expect(each).toBeLessThanOrEqual(5)
  })

  it('read storage once each in a page that is hidden, and no more', async () => {
    const reads: number[] = []
    for (const asking of [100, 200, 300]) {
      const { browser, open } = openBar()
      const { tab, session } = open()
      await session.login(ADA)
      tab.leave()
      const before = browser.local.counts.reads
      await Promise.all(Array.from({ length: asking }, () => session.getAccessToken()))
      reads.push(browser.local.counts.reads - before)
    }
    const [one = 0, two = 0, three = 0] = reads
    expect(three - two).toBe(two - one)
    // The tokens, the user, the record, the pause and the ending.
    expect((two - one) / 100).toBeLessThanOrEqual(6)
  })
})
