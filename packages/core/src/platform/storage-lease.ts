import * as z from 'zod/mini'
import { type Clock, pause } from '../ports/clock.ts'
import type { Held, HoldOptions, Lock } from '../ports/lock.ts'
import type { TokenArea } from '../ports/token-area.ts'
import { whenAborted } from '../ports/when-aborted.ts'
import type { EpochMs } from '../tokens/lifetime.ts'
import { parseJson } from '../tokens/parse-json.ts'
import { randomName } from './random-name.ts'

export interface StorageLeaseOptions {
  /** The key that the lease is kept under. */
  readonly name: string
  readonly clock: Clock
  /** Milliseconds a holder may take before it is passed over. Longer than any honest flight. */
  readonly patience: number
  /** What all tabs share. */
  readonly area: TokenArea
}

/**
 * A claim counts when it still stands after so long. Storage has to show a write to the other tabs in
 * less than half of it: one half for them to see the claim, the other for us to see theirs.
 */
const SETTLE = 100

/** Between two looks at the lease of somebody else. */
const STEP = 50

/** So many times the patience is waited altogether; then the task runs all the same. */
const ROUNDS = 2

/** Who left a lease behind long ago may be a holder that slept, as this device did: he gets so much of the patience. */
const LEAST = 1 / 6

const lease = z.object({
  /** Grows with each holder and is never taken back: who finds a greater one than his own was passed over. */
  number: z.number(),
  /** `null` when it was given back. */
  holder: z.nullable(z.string()),
  until: z.number(),
})

type Lease = z.infer<typeof lease>

/**
 * A lock for pages without Web Locks: a lease under one key of the storage that the tabs share. Web
 * storage knows no atomic step, so a claim is written, left alone for a moment and read again; of two
 * that cross, the later one stands. A holder that does not come back is passed over. Where storage
 * refuses, the task runs at once.
 */
export function storageLease({ name, clock, patience, area }: StorageLeaseOptions): Lock {
  async function hold<T>(task: (held: Held) => Promise<T>, { signal }: HoldOptions): Promise<T> {
    const lost = new AbortController()
    const taken = await Promise.race([take(signal), whenAborted(signal)])
    if (taken === null) return task({ lost: lost.signal, wasTaken: false })

    const { mine, wasTaken } = taken
    const stop = watch(mine, () =>
      lost.abort(new DOMException('Another tab took the lease over', 'AbortError')),
    )
    try {
      return await task({ lost: lost.signal, wasTaken })
    } finally {
      stop()
      giveBack(mine)
    }
  }

  /** `null` where there is nothing to be had: storage refuses, or nobody ever gives the lease back. */
  async function take(signal: AbortSignal): Promise<{ mine: Lease; wasTaken: boolean } | null> {
    const holder = randomName()
    let wasTaken = false
    let awaited = ''
    let left = 0
    try {
      for (let looks = 0; looks * STEP <= ROUNDS * patience; looks++) {
        signal.throwIfAborted()
        const found = read()
        const other = found?.holder ?? null
        if (found !== null && other !== null && other !== awaited) {
          awaited = other
          left = stepsUntil(found.until)
          wasTaken = true
        }
        if (other !== null && left-- > 0) {
          await pause(clock, STEP)
          continue
        }
        const mine = { number: (found?.number ?? 0) + 1, holder, until: clock.now() + patience }
        area.write(name, JSON.stringify(mine))
        await pause(clock, SETTLE)
        if (signal.aborted) giveBack(mine)
        // What a holder did who was passed over has long been visible.
        else if (read()?.holder === holder) return { mine, wasTaken: wasTaken && other === null }
      }
    } catch (error) {
      if (signal.aborted) throw error
    }
    return null
  }

  /** Counted, not timed: a device that slept in the middle of it has not waited. */
  function stepsUntil(until: EpochMs): number {
    const rest = Math.min(Math.max(until - clock.now(), patience * LEAST), patience)
    return Math.ceil(rest / STEP)
  }

  function watch(mine: Lease, passedOver: () => void): () => void {
    const look = () => {
      if (isStill(mine)) cancel = clock.wake(clock.now() + STEP, look)
      else passedOver()
    }
    let cancel = clock.wake(clock.now() + STEP, look)
    return () => cancel()
  }

  function isStill(mine: Lease): boolean {
    try {
      const found = read()
      // A smaller number is old news.
      return found === null || found.holder === mine.holder || found.number < mine.number
    } catch {
      return true
    }
  }

  function giveBack(mine: Lease): void {
    try {
      if (read()?.holder === mine.holder)
        area.write(name, JSON.stringify({ ...mine, holder: null }))
    } catch {
      // Then it is passed over.
    }
  }

  function read(): Lease | null {
    const parsed = lease.safeParse(parseJson(area.read(name)))
    return parsed.success ? parsed.data : null
  }

  return { hold }
}
