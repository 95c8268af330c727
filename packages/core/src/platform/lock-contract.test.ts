import { manualClock, quiet, virtualLocks, virtualStorage } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { type Clock, pause } from '../ports/clock.ts'
import type { Held, Lock } from '../ports/lock.ts'
import { storageLease } from './storage-lease.ts'
import { webLock } from './web-lock.ts'

const PATIENCE = 12_000
/** What a turn of the slower of the two takes. */
const TURN = 200
/** Until another page sees what one page has stored. */
const LAG = 20

type Run = (task: () => void) => void

/** Makes the lock of one page more. */
type Locks = (clock: Clock, id: string, run: Run) => Lock

function webLocks(): Locks {
  const shared = virtualLocks()
  return (clock, id, run) => {
    const otherwise: Lock = { hold: () => Promise.reject(new Error('not needed here')) }
    const locks = () => shared.of(id, run)
    return webLock({ name: 'refresh', clock, patience: PATIENCE, locks, otherwise })
  }
}

function storageLeases(): Locks {
  const { view } = virtualStorage()
  return clock => {
    const area = view((_, apply) => void clock.wake(clock.now() + LAG, apply))
    return storageLease({ name: 'refresh', clock, patience: PATIENCE, area })
  }
}

/** A task that ends when it is told to, and what it was given. */
function task() {
  let end = () => {}
  const done = new Promise<void>(resolve => {
    end = resolve
  })
  const held: Held[] = []
  return {
    end,
    held,
    run: (given: Held) => {
      held.push(given)
      return done
    },
  }
}

describe.each([
  { name: 'a Web Lock', create: webLocks },
  { name: 'a lease in storage', create: storageLeases },
])('$name', ({ create }) => {
  function setUp() {
    const clock = manualClock()
    const lockOf = create()
    const signal = new AbortController().signal

    /** A page with its lock; frozen, nothing runs in it. */
    function page(id: string) {
      let isFrozen = false
      const waiting: (() => void)[] = []
      const run: Run = task => (isFrozen ? void waiting.push(task) : task())
      const wake: Clock['wake'] = (at, callback) => clock.wake(at, () => run(callback))
      const lock = lockOf({ now: clock.now, wake }, id, run)
      return {
        hold: <T>(task: (held: Held) => Promise<T>, given = signal) =>
          lock.hold(task, { signal: given }),
        freeze() {
          isFrozen = true
        },
        thaw() {
          isFrozen = false
          for (const task of waiting.splice(0)) task()
        },
      }
    }

    /** A page that holds the lock and has frozen. */
    async function frozenHolder() {
      const holder = page('frozen')
      const holding = task()
      const done = holder.hold(holding.run)
      await clock.advance(TURN)
      holder.freeze()
      return { ...holder, holding, done }
    }

    return { clock, page, frozenHolder }
  }

  it('is held by one at a time, and each has a turn', async () => {
    const { clock, page } = setUp()
    let inside = 0
    let most = 0
    let turns = 0
    const all = Promise.all(
      ['a', 'b', 'c', 'd'].map(id =>
        page(id).hold(async () => {
          most = Math.max(most, ++inside)
          await quiet()
          inside--
          turns++
        }),
      ),
    )

    await clock.advance(8 * TURN)
    await all

    expect({ most, turns }).toEqual({ most: 1, turns: 4 })
  })

  it('says whether somebody else had it when it was asked for', async () => {
    const { clock, page } = setUp()
    const [a, b, c] = [task(), task(), task()]
    void page('a').hold(a.run)
    await clock.advance(TURN)
    void page('b').hold(b.run)
    await clock.advance(TURN)
    a.end()
    await clock.advance(2 * TURN)
    b.end()
    await clock.advance(TURN)
    void page('c').hold(c.run)
    await clock.advance(TURN)

    expect([a, b, c].map(({ held }) => held[0]?.wasTaken)).toEqual([false, true, false])
  })

  it('B05: comes back when the task fails, whose failure is the caller’s', async () => {
    const { clock, page } = setUp()
    const failure = new Error('mine')
    const a = page('a').hold(() => Promise.reject(failure))
    const isMine = expect(a).rejects.toBe(failure)
    const b = page('b').hold(async () => 'b')
    await clock.advance(4 * TURN)

    await isMine
    expect(await b).toBe('b')
  })

  it('frees a caller who gives up waiting, at once, and leaves no timer', async () => {
    const { clock, page } = setUp()
    const holding = task()
    void page('a').hold(holding.run)
    await clock.advance(TURN)
    const giveUp = new AbortController()
    const b = page('b').hold(async () => 'b', giveUp.signal)
    await quiet()
    giveUp.abort(new Error('enough'))

    await expect(b).rejects.toThrow('enough')
    holding.end()
    await clock.advance(TURN)
    expect(clock.pending()).toBe(0)
  })

  describe('B04: whose holder does not come back', () => {
    it('is taken over after the patience, and the holder learns that', async () => {
      const { clock, page, frozenHolder } = setUp()
      const frozen = await frozenHolder()
      let isIn = false
      const next = page('waits').hold(async () => {
        isIn = true
      })

      await clock.advance(PATIENCE - TURN - 1)
      expect(isIn).toBe(false)
      await clock.advance(2 * TURN)
      expect(isIn).toBe(true)
      await next

      const [held] = frozen.holding.held
      expect(held?.lost.aborted).toBe(false)
      frozen.thaw()
      await clock.advance(TURN)
      expect(held?.lost.aborted).toBe(true)
      frozen.holding.end()
      await frozen.done
    })

    it('B06: is taken over by exactly one of six, and the others have their turns after that one', async () => {
      const { clock, page, frozenHolder } = setUp()
      await frozenHolder()
      let inside = 0
      let most = 0
      const losses: AbortSignal[] = []
      const pages = Array.from({ length: 6 }, (_, i) => page(`page-${i}`))
      const all = Promise.all(
        pages.map(({ hold }) =>
          hold(async ({ lost }) => {
            losses.push(lost)
            most = Math.max(most, ++inside)
            await quiet(10)
            inside--
          }),
        ),
      )

      await clock.advance(PATIENCE + 12 * TURN)
      await all

      expect(most).toBe(1)
      expect(losses.some(lost => lost.aborted)).toBe(false)
    })

    it('is not taken over because the device slept: the holder gets time to come to its end', async () => {
      const { clock, page } = setUp()
      const holding = task()
      void page('asleep').hold(holding.run)
      await clock.advance(TURN)
      const waiting = page('waits').hold(async () => 'done')
      await clock.advance(TURN)

      clock.jump(8 * 3_600_000)
      const late = page('late').hold(async () => 'done')
      await clock.advance(PATIENCE / 6 - TURN)
      expect(holding.held[0]?.lost.aborted).toBe(false)
      holding.end()
      await clock.advance(4 * TURN)

      expect(await Promise.all([waiting, late])).toEqual(['done', 'done'])
      expect(holding.held[0]?.lost.aborted).toBe(false)
      expect(clock.pending()).toBe(0)
    })

    it('is given back by one who got it in his sleep: the next is about to lose patience', async () => {
      const { clock, page } = setUp()
      const holding = task()
      void page('first').hold(holding.run)
      await clock.advance(TURN)
      const order: string[] = []
      const turn = (id: string) => async () => {
        order.push(`${id} comes`)
        await pause(clock, 2_000)
        order.push(`${id} goes`)
      }
      const sleeper = page('sleeper')
      const all = [sleeper.hold(turn('sleeper'))]
      await clock.advance(TURN)
      sleeper.freeze()
      holding.end()
      await clock.advance(60_000)
      all.push(page('next').hold(turn('next')))
      await clock.advance(PATIENCE - 1_000)
      sleeper.thaw()
      await clock.advance(10_000)
      await Promise.all(all)

      expect(order).toEqual(['next comes', 'next goes', 'sleeper comes', 'sleeper goes'])
    })

    it('B06: is held by one at a time, also where two holders in a row froze', async () => {
      const { clock, page, frozenHolder } = setUp()
      await frozenHolder()
      let turns = 0
      let inside = 0
      let most = 0
      const pages = Array.from({ length: 4 }, (_, i) => page(`page-${i}`))
      for (const { hold, freeze } of pages)
        void hold(async () => {
          turns++
          if (turns === 1) {
            freeze()
            await new Promise(() => {})
          }
          most = Math.max(most, ++inside)
          await pause(clock, 5_000)
          inside--
        })
      await clock.advance(2 * PATIENCE + 3 * 5_000 + 8 * TURN)

      expect({ turns, most }).toEqual({ turns: 4, most: 1 })
    })

    it('holds nobody up beyond twice the patience, whatever is frozen', async () => {
      const { clock, page, frozenHolder } = setUp()
      await frozenHolder()
      const [second, waits] = [page('second'), page('waits')]
      void second.hold(task().run)
      await quiet()
      const start = clock.now()
      let at = 0
      const next = waits.hold(async () => {
        at = clock.now()
      })
      // The one that takes over freezes, too.
      await clock.advance(PATIENCE + TURN)
      second.freeze()
      await clock.advance(PATIENCE + 2 * TURN)
      await next

      expect(at - start).toBeLessThanOrEqual(2 * PATIENCE + 2 * TURN)
    })
  })
})
