import type { Clock } from '../ports/clock.ts'
import type { EpochMs } from '../tokens/lifetime.ts'

// A longer setTimeout overflows and fires at once (2^31 − 1 ms are 24.8 days).
const LONGEST_TIMER = 2 ** 31 - 1

const ONE_SECOND = 1_000

/**
 * This device's time. `performance.now()` does not run backwards when somebody sets the clock, `Date`
 * does not stand still while the device sleeps: time goes on with the first, and is moved up to the second
 * where that is ahead. So it is never behind what really passed, by more than a second.
 */
export function systemClock(): Clock {
  // Never shrinks, or a clock that was ahead and is set right would stop every timer until then.
  let ahead = 0
  // Every request asks for the time, and in Chromium `performance` takes 300 ns to tell it, `Date` 40: the
  // first is asked once a second, and whenever the second has run backwards.
  let dateThen = Number.POSITIVE_INFINITY
  let offset = 0

  function now(): EpochMs {
    const date = Date.now()
    if (date < dateThen || date >= dateThen + ONE_SECOND) {
      const steady = performance.timeOrigin + performance.now()
      ahead = Math.max(ahead, date - steady)
      offset = steady + ahead - date
      dateThen = date
    }
    return Math.floor(date + offset)
  }

  function wake(at: number, callback: () => void): () => void {
    let timer: ReturnType<typeof setTimeout>
    const arm = () => {
      const rest = at - now()
      timer = setTimeout(rest > 0 ? arm : callback, Math.min(Math.max(0, rest), LONGEST_TIMER))
    }
    arm()
    return () => clearTimeout(timer)
  }

  return { now, wake }
}
