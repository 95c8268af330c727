import { vi } from 'vitest'
import type { HandTurnedSource } from './hand-turned-source.ts'

/** Waits for something that happens at the other end of a real connection, also on a busy machine. */
export function until(condition: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!condition()) throw new Error(`never came true: ${condition}`)
    },
    { interval: 1, timeout: 15_000 },
  )
}

/** Waits until as many requests wait for the session's refresh. */
export function untilWaiting(source: HandTurnedSource, requests: number): Promise<void> {
  return until(() => source.waiting === requests)
}
