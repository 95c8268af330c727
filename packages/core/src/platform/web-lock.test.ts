import { manualClock, quiet, virtualLocks } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import type { Held } from '../ports/lock.ts'
import { webLock } from './web-lock.ts'

const PATIENCE = 12_000

function setUp() {
  const clock = manualClock()
  const shared = virtualLocks()
  const forever = new AbortController().signal

  /** A page with its lock; frozen, nothing runs in it. */
  function page(id: string) {
    let isFrozen = false
    const waiting: (() => void)[] = []
    const run = (task: () => void) => (isFrozen ? void waiting.push(task) : task())
    const locks = shared.of(id, run)
    return {
      ...webLock({ name: 'refresh', clock, patience: PATIENCE, locks: () => locks }),
      locks,
      freeze() {
        isFrozen = true
      },
      thaw() {
        isFrozen = false
        for (const task of waiting.splice(0)) task()
      },
    }
  }
  return { clock, shared, forever, page }
}

/** A task that ends when it is told to, and the signal it was given. */
function task() {
  let end = () => {}
  const done = new Promise<void>(resolve => {
    end = resolve
  })
  const lost: AbortSignal[] = []
  return {
    end,
    lost,
    run: (held: Held) => {
      lost.push(held.lost)
      return done
    },
  }
}

it('is held by one at a time, in the order of asking', async () => {
  const { forever, page } = setUp()
  const order: string[] = []
  const hold = (id: string) =>
    page(id).hold(
      async () => {
        order.push(`${id} in`)
        await quiet()
        order.push(`${id} out`)
      },
      { signal: forever },
    )

  await Promise.all([hold('a'), hold('b'), hold('c')])

  expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
})

it('says whether somebody else had it when it was asked for', async () => {
  const { forever, page } = setUp()
  const taken: boolean[] = []
  const hold = (id: string) =>
    page(id).hold(
      async ({ wasTaken }) => {
        taken.push(wasTaken)
        await quiet()
      },
      { signal: forever },
    )

  await Promise.all([hold('a'), hold('b')])
  await hold('c')

  expect(taken).toEqual([false, true, false])
})

it('B05: comes back when the task fails, whose failure is the caller’s', async () => {
  const { forever, page } = setUp()
  const failure = new Error('mine')
  const a = page('a').hold(() => Promise.reject(failure), { signal: forever })
  const b = page('b').hold(async () => 'b', { signal: forever })

  await expect(a).rejects.toBe(failure)
  expect(await b).toBe('b')
})

it('frees a caller who gives up waiting', async () => {
  const { clock, forever, page } = setUp()
  const holding = task()
  void page('a').hold(holding.run, { signal: forever })
  const giveUp = new AbortController()
  const b = page('b').hold(async () => 'b', { signal: giveUp.signal })
  await quiet()
  giveUp.abort(new Error('enough'))

  await expect(b).rejects.toThrow('enough')
  holding.end()
  await quiet()
  expect(clock.pending()).toBe(0)
})

describe('B04: a holder that does not come back', () => {
  it('is passed over after the patience, by one, and learns that it lost the lock', async () => {
    const { clock, forever, page } = setUp()
    const [frozen, waits] = [page('frozen'), page('waits')]
    const holding = task()
    const held = frozen.hold(holding.run, { signal: forever })
    await quiet()
    frozen.freeze()
    let isIn = false
    const next = waits.hold(
      async () => {
        isIn = true
      },
      { signal: forever },
    )

    await clock.advance(PATIENCE - 1)
    expect(isIn).toBe(false)
    await clock.advance(10)
    expect(isIn).toBe(true)
    await next

    expect(holding.lost[0]?.aborted).toBe(false)
    frozen.thaw()
    await quiet()
    expect(holding.lost[0]?.aborted).toBe(true)
    holding.end()
    await held
  })

  it('B06: is passed over by exactly one of six, and the others have their turns after that one', async () => {
    const { clock, forever, page } = setUp()
    const dead = page('dead')
    void dead.hold(task().run, { signal: forever })
    await quiet()
    dead.freeze()
    let inside = 0
    let most = 0
    const pages = Array.from({ length: 6 }, (_, i) => page(`page-${i}`))
    const losses: AbortSignal[] = []
    const all = Promise.all(
      pages.map(({ hold }) =>
        hold(
          async ({ lost }) => {
            losses.push(lost)
            most = Math.max(most, ++inside)
            await quiet(10)
            inside--
          },
          { signal: forever },
        ),
      ),
    )

    await clock.advance(PATIENCE + 100)
    await all

    expect(most).toBe(1)
    expect(losses.some(lost => lost.aborted)).toBe(false)
  })

  it('is not passed over because the device slept: it gets time to come to its end', async () => {
    const { clock, forever, page } = setUp()
    const holding = task()
    void page('asleep').hold(holding.run, { signal: forever })
    const next = page('waits').hold(async () => 'done', { signal: forever })
    await quiet()

    clock.jump(8 * 3_600_000)
    await clock.advance(PATIENCE / 2)
    expect(holding.lost[0]?.aborted).toBe(false)
    holding.end()

    expect(await next).toBe('done')
    expect(holding.lost[0]?.aborted).toBe(false)
    expect(clock.pending()).toBe(0)
  })

  it('holds nobody up beyond twice the patience, whatever is frozen', async () => {
    const { clock, forever, page } = setUp()
    const [first, second, waits] = [page('first'), page('second'), page('waits')]
    void first.hold(task().run, { signal: forever })
    await quiet()
    first.freeze()
    void second.hold(task().run, { signal: forever })
    const start = clock.now()
    let at = 0
    const next = waits.hold(
      async () => {
        at = clock.now()
      },
      { signal: forever },
    )
    // The one that takes over freezes, too.
    await clock.advance(PATIENCE + 10)
    second.freeze()
    await clock.advance(PATIENCE + 100)
    await next

    expect(at - start).toBeLessThanOrEqual(2 * PATIENCE + 100)
  })
})

describe('B07: where Web Locks', () => {
  const clock = manualClock()
  const forever = new AbortController().signal
  const lockOf = (locks: LockManager | undefined) =>
    webLock({ name: 'refresh', clock, patience: PATIENCE, locks: () => locks })
  const denied = () => Promise.reject(new DOMException('sandboxed', 'SecurityError'))

  it('are missing, the task runs at once', async () => {
    expect(await lockOf(undefined).hold(async () => 'done', { signal: forever })).toBe('done')
  })

  it('are refused, the task runs at once, and nothing is left unhandled', async () => {
    const lock = lockOf({ request: denied, query: denied })
    expect(await lock.hold(async () => 'done', { signal: forever })).toBe('done')
    await quiet()
    expect(clock.pending()).toBe(0)
  })

  it('are refused and the task fails, it runs once and its failure is the caller’s', async () => {
    let runs = 0
    const failing = lockOf(undefined).hold(
      () => {
        runs++
        return Promise.reject(new Error('mine'))
      },
      { signal: forever },
    )
    await expect(failing).rejects.toThrow('mine')
    expect(runs).toBe(1)
  })
})
