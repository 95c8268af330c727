import { manualClock, quiet, virtualLocks } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { pause } from '../ports/clock.ts'
import type { Lock } from '../ports/lock.ts'
import { webLock } from './web-lock.ts'

const PATIENCE = 12_000

describe('B07: where Web Locks', () => {
  const clock = manualClock()
  const forever = new AbortController().signal
  const lockOf = (locks: LockManager | undefined) =>
    webLock({ name: 'refresh', clock, patience: PATIENCE, locks: () => locks, otherwise })
  const otherwise: Lock = {
    hold: task => task({ lost: new AbortController().signal, wasTaken: true }),
  }
  const denied = () => Promise.reject(new DOMException('sandboxed', 'SecurityError'))

  it('are missing, the other lock is held', async () => {
    expect(
      await lockOf(undefined).hold(async ({ wasTaken }) => wasTaken, { signal: forever }),
    ).toBe(true)
  })

  it('are refused, the other lock is held, and nothing is left unhandled', async () => {
    const lock = lockOf({ request: denied, query: denied })
    expect(await lock.hold(async ({ wasTaken }) => wasTaken, { signal: forever })).toBe(true)
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

it('is waited for while four holders in a row come back in time: no other lock is held beside theirs', async () => {
  const clock = manualClock()
  const shared = virtualLocks()
  const run = (task: () => void) => task()
  const names = ['a', 'b', 'c', 'd']
  for (const id of names)
    void shared.of(id, run).request('refresh', () => pause(clock, PATIENCE - 1_000))
  const otherwise: Lock = { hold: () => Promise.reject(new Error('not needed here')) }
  const locks = () => shared.of('waits', run)
  const lock = webLock({ name: 'refresh', clock, patience: PATIENCE, locks, otherwise })
  const turn = lock.hold(async () => clock.now(), { signal: new AbortController().signal })
  const start = clock.now()
  await clock.advance(4 * PATIENCE)

  expect((await turn) - start).toBe(4 * (PATIENCE - 1_000))
})
