import type { Clock } from '../ports/clock.ts'

/** Tells what lasts from what is half-seen for a moment. */
export interface Patience {
  /** Whether this was met so long ago that it is no passing state. Starts to wait when it was not met before. */
  isOver(what: string): boolean
  /** Takes this for lasting at once. */
  skip(what: string): void
  /** It was a passing state: the next time counts anew. */
  end(): void
}

/**
 * An alarm has to ring, whatever the clock says by then: it may be set, or the device sleep, between two
 * halves of the same thing. `rung` is told.
 */
export function createPatience(
  clock: Clock,
  ms: number,
  disposed: AbortSignal,
  rung: () => void,
): Patience {
  let met: { readonly what: string; isOver: boolean } | null = null
  let cancel = () => {}
  disposed.addEventListener('abort', () => cancel())
  return {
    isOver(what) {
      if (met?.what !== what) {
        const first = { what, isOver: false }
        met = first
        cancel()
        cancel = clock.wake(clock.now() + ms, () => {
          first.isOver = true
          if (met === first) rung()
        })
      }
      return met.isOver
    },
    skip(what) {
      met = { what, isOver: true }
    },
    end() {
      met = null
    },
  }
}
