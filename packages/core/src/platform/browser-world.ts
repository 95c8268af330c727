import type { World } from '../ports/world.ts'
import { startMeasure } from './measure.ts'
import { watchPage } from './page-signals.ts'
import { storageLease } from './storage-lease.ts'
import { systemClock } from './system-clock.ts'
import { localStorageArea, sessionStorageArea } from './token-area.ts'
import { webLock } from './web-lock.ts'

const awakeInThisPage = new Map<string, number>()

/** The browser, as far as it is there: each part does without what is missing. */
export function browserWorld(): World {
  const clock = systemClock()
  return {
    clock,
    lock: (name, patience) =>
      webLock({
        name,
        clock,
        patience,
        locks: () => globalThis.navigator?.locks,
        otherwise: storageLease({ name, clock, patience, area: localStorageArea() }),
      }),
    tabStorage: sessionStorageArea(),
    watch: watchPage,
    // A server has a session for each request.
    awake: globalThis.document === undefined ? new Map() : awakeInThisPage,
    measure: startMeasure,
    random: Math.random,
  }
}
