import { isSessionError } from '@tabkeeper/core'
import type { Ground } from './ground.ts'
import type { Seat } from './seat.ts'

/** How long anybody may wait while the page runs: four holders of the lock in a row, one refresh, and a little. */
const BOUND = 4 * 12_000 + 10_000 + 2_000

interface Entry {
  readonly what: string
  readonly seat: Seat
  since: number
}

/** Watches that whoever waits gets an answer in time, and an error only of the kinds that are promised. */
export function watchWaiting({ clock, story }: Ground) {
  const waiting = new Set<Entry>()

  return {
    /** Watches `promise` and takes part in nothing else. */
    add(seat: Seat, what: string, promise: Promise<unknown>): void {
      const entry = { what, seat, since: clock.now() }
      waiting.add(entry)
      promise
        .catch((error: unknown) => {
          if (!isKnown(error))
            story.accuse('known errors', `${seat.name}: ${what} failed with ${String(error)}`)
        })
        .finally(() => waiting.delete(entry))
    },
    isWaitingFor: (what: string) => [...waiting].some(entry => entry.what === what),
    /** To be called after time has passed. */
    judge(): void {
      for (const entry of waiting) {
        const { seat, what, since } = entry
        if (seat.is !== 'open' || clock.now() - since <= BOUND) continue
        waiting.delete(entry)
        story.accuse(
          'everybody is answered',
          `${seat.name} waits for ${what} since ${clock.now() - since} ms`,
        )
      }
    },
    /** The page of `seat` did not run, or everybody's did not: the time does not count. */
    startAgain(seat?: Seat): void {
      for (const entry of waiting)
        if (seat === undefined || entry.seat === seat) entry.since = clock.now()
    },
    /** Nobody is there any more who could wait. */
    leave(seat: Seat): void {
      for (const entry of waiting) if (entry.seat === seat) waiting.delete(entry)
    },
  }
}

function isKnown(error: unknown): boolean {
  return (
    isSessionError(error) ||
    (error instanceof DOMException && error.name === 'TimeoutError') ||
    (error instanceof TypeError && error.message === 'offline')
  )
}
