import { manualClock, quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
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
