import type { EpochMs } from '../tokens/lifetime.ts'

/** Time as the session sees it. `systemClock` is the real one; a test turns its own by hand. */
export interface Clock {
  /** Never behind what really passed since the page was opened, asleep or not. */
  now(): EpochMs
  /** Calls back once when `now()` has reached `at`, however far away; returns the undo. */
  wake(at: EpochMs, callback: () => void): () => void
}

/** A promise that is kept after `ms` on this clock. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise(done => {
    clock.wake(clock.now() + ms, done)
  })
}

/**
 * Waits, and tells how long that was, but never more than `most`: the timer of a page that is not seen
 * rings a second late, and that counts; a device that slept in the middle of it has not waited.
 */
export async function pauseAtMost(clock: Clock, ms: number, most: number): Promise<number> {
  const since = clock.now()
  await pause(clock, ms)
  return Math.min(clock.now() - since, most)
}

/**
 * A signal that aborts after `ms` on this clock, and the undo. Counted in so many steps, a device that
 * sleeps in the middle of it has waited for one of them, however long the sleep.
 */
export function deadline(
  clock: Clock,
  ms: number,
  what: string,
  steps = 1,
): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController()
  let clear = () => {}
  const wait = (left: number) => {
    clear = clock.wake(clock.now() + ms / steps, () => {
      if (left > 1) wait(left - 1)
      else controller.abort(new DOMException(`${what} took longer than ${ms} ms`, 'TimeoutError'))
    })
  }
  wait(steps)
  return { signal: controller.signal, clear: () => clear() }
}
