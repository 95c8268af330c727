import * as z from 'zod/mini'
import { type Clock, pauseAtMost } from '../ports/clock.ts'
import type { Held, HoldOptions, Lock } from '../ports/lock.ts'
import type { TokenArea } from '../ports/token-area.ts'
import { whenAborted } from '../ports/when-aborted.ts'
import type { EpochMs } from '../tokens/lifetime.ts'
import { parseJson } from '../tokens/parse-json.ts'
import { finite, orNull, text } from '../tokens/shapes.ts'
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
const ROUNDS = 3

/**
 * Who left a lease behind long ago may be a holder that slept, as this device did: he gets so much of the
 * patience. And no more of it is used up between two looks, however long a sleep or a throttled timer (one
 * a minute in a hidden tab) made that.
 */
const LEAST = 1 / 6

const lease = z.object({
  /** Grows with each holder and is never taken back: who finds a greater one than his own was passed over. */
  number: finite,
  /** `null` when it was given back. */
  holder: orNull(text),
  until: finite,
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
    // What is left of the patience with that holder, and what was waited altogether.
    let rest = 0
    let waited = 0
    const wait = async (ms: number) => {
      const passed = await pauseAtMost(clock, ms, patience * LEAST)
      rest -= passed
      waited += passed
    }
    try {
      while (waited <= ROUNDS * patience) {
        signal.throwIfAborted()
        const found = read()
        const other = found?.holder === holder ? null : (found?.holder ?? null)
        if (found !== null && other !== null && `${other} ${found.until}` !== awaited) {
          awaited = `${other} ${found.until}`
          rest = patienceUntil(found.until)
          wasTaken = true
        }
        if (other !== null && rest > 0) {
          await wait(STEP)
          continue
        }
        // What a holder did who was passed over has long been visible.
        if (other !== null) wasTaken = false
        const mine = { number: (found?.number ?? 0) + 1, holder, until: clock.now() + patience }
        put(mine)
        await wait(SETTLE)
        // Who was asleep in the meantime claims it once more: another may be about to take it over.
        const isFresh =
          found?.holder === holder || mine.until - clock.now() > patience * (1 - LEAST)
        if (signal.aborted) giveBack(mine)
        else if (isFresh && read()?.holder === holder) return { mine, wasTaken }
      }
    } catch (error) {
      if (signal.aborted) throw error
    }
    return null
  }

  function patienceUntil(until: EpochMs): number {
    return Math.min(Math.max(until - clock.now(), patience * LEAST), patience)
  }

  function watch(mine: Lease, passedOver: () => void): () => void {
    let { until } = mine
    // Counted, not timed: what is left of the patience while the device is awake.
    let rest = patience
    let wasLate = false
    let cancel = () => {}
    const look = () => {
      if (!isStill(mine)) return passedOver()
      // It slept, or somebody set its clock: the others shall not think that nobody is here any more. Not
      // before the second look: a page that was frozen may see only then that somebody is.
      const isLate = until - clock.now() < rest - patience * LEAST
      if (isLate && wasLate) {
        until = clock.now() + rest
        replace(mine, { ...mine, until })
      }
      wasLate = isLate
      rest -= STEP
      cancel = clock.wake(clock.now() + STEP, look)
    }
    look()
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
    replace(mine, { ...mine, holder: null })
  }

  function replace(mine: Lease, by: Lease): void {
    try {
      if (read()?.holder === mine.holder) put(by)
    } catch {
      // Then it is passed over.
    }
  }

  function put(lease: Lease): void {
    area.write(name, JSON.stringify(lease))
  }

  function read(): Lease | null {
    const parsed = lease.safeParse(parseJson(area.read(name)))
    return parsed.success ? parsed.data : null
  }

  return { hold }
}
