import type { Clock } from '../ports/clock.ts'

// A longer setTimeout overflows and fires at once (2^31 − 1 ms are 24.8 days).
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * This device's time. `performance.now()` does not run backwards when somebody sets the clock, `Date`
 * does not stand still while the device sleeps: the later of the two is never behind what really passed.
 */
export function systemClock(): Clock {
  const now = () => Math.floor(Math.max(performance.timeOrigin + performance.now(), Date.now()))

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
