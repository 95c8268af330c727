import type { Clock } from '@tabkeeper/core/world'
import { inLaterTurn } from './later-turn.ts'

/** A clock that stands still until it is turned. */
export interface ManualClock extends Clock {
  /** Turns the clock on, ringing each alarm at its own time and letting promises settle in between. */
  advance(ms: number): Promise<void>
  /** Sets the clock without ringing what lies between: a device that slept, or somebody who set it. */
  jump(ms: number): void
  /** How many alarms are set. */
  pending(): number
}

interface Alarm {
  readonly at: number
  readonly ring: () => void
}

/**
 * Returns a hand-turned clock, set to `start`.
 *
 * @example
 * ```ts
 * const clock = manualClock()
 * clock.wake(clock.now() + 1000, () => console.log('a second has passed'))
 * await clock.advance(1000)
 * ```
 */
export function manualClock(start = Date.UTC(2030, 0, 1)): ManualClock {
  let now = start
  const alarms = new Set<Alarm>()

  return {
    now: () => now,
    wake(at, callback) {
      const alarm = { at, ring: callback }
      alarms.add(alarm)
      return () => {
        alarms.delete(alarm)
      }
    },
    async advance(ms) {
      const end = now + ms
      await quiet()
      for (let next = earliest(alarms); next && next.at <= end; next = earliest(alarms)) {
        now = Math.max(now, next.at)
        alarms.delete(next)
        next.ring()
        await quiet()
      }
      now = end
    },
    jump(ms) {
      now += ms
    },
    pending: () => alarms.size,
  }
}

/**
 * Lets everything that can go on without time passing go on: promises, and answers that travel through
 * the event loop (msw, a server in this process).
 */
export async function quiet(rounds = 3): Promise<void> {
  for (let i = 0; i < rounds; i++) await new Promise<void>(inLaterTurn)
}

function earliest(alarms: ReadonlySet<Alarm>): Alarm | undefined {
  return [...alarms].reduce<Alarm | undefined>(
    (first, alarm) => (first === undefined || alarm.at < first.at ? alarm : first),
    undefined,
  )
}
