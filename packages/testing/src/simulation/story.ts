import type { ManualClock } from '../manual-clock.ts'
import type { PromiseName } from './promises.ts'

/** What happened, as it is told: one line for each thing, with the time in milliseconds since the beginning. */
export interface Story {
  readonly lines: readonly string[]
  readonly broken: readonly Breach[]
  tell(text: string): void
  /** Something happened that a session promises not to let happen. */
  accuse(promise: PromiseName, text: string): void
}

export interface Breach {
  readonly promise: PromiseName
  /** Who broke it, and how. */
  readonly text: string
}

export function createStory(clock: ManualClock): Story {
  const start = clock.now()
  const lines: string[] = []
  const broken: Breach[] = []

  function tell(text: string): void {
    lines.push(`${clock.now() - start} ${text}`)
  }

  return {
    lines,
    broken,
    tell,
    accuse(promise, text) {
      tell(`BROKEN, ${promise}: ${text}`)
      broken.push({ promise, text })
    },
  }
}
