import type { TokenArea } from '../ports/token-area.ts'
import type { World } from '../ports/world.ts'
import { startMeasure } from './measure.ts'
import { type PageClaim, pageClaims } from './page-claims.ts'
import { watchPage } from './page-signals.ts'
import { randomName } from './random-name.ts'
import { storageLease } from './storage-lease.ts'
import { systemClock } from './system-clock.ts'
import { localStorageArea, memoryArea, sessionStorageArea } from './token-area.ts'
import { webLock } from './web-lock.ts'

const awakeInThisPage = new Map<string, number>()
const claimsOfThisPage = new Map<string, PageClaim>()

const scopes = new WeakMap<TokenArea, string>()

/**
 * The browser, as far as it is there: each part does without what is missing. Node has locks, channels
 * and a sessionStorage that belong to the whole process; a server has a session for each request. So
 * without a page or a worker only those share them who share their `storage`.
 */
export function browserWorld(storage?: TokenArea): World {
  const clock = systemClock()
  const locks = () => globalThis.navigator?.locks
  const isPage = globalThis.document !== undefined
  const isBrowser = isPage || 'WorkerGlobalScope' in globalThis
  const scoped = (name: string) => (isBrowser ? name : name + scopeOf(storage))
  return {
    clock,
    lock: (name, patience) =>
      webLock({
        name: scoped(name),
        clock,
        patience,
        locks,
        otherwise: storageLease({ name, clock, patience, area: localStorageArea() }),
      }),
    tabStorage: isPage ? sessionStorageArea() : memoryArea(),
    claim: pageClaims({ clock, locks, claims: claimsOfThisPage }),
    watch: (keys, channel, signals) => watchPage(keys, scoped(channel), signals),
    awake: isPage ? awakeInThisPage : new Map(),
    measure: startMeasure,
    random: Math.random,
  }
}

function scopeOf(storage: TokenArea = memoryArea()): string {
  const scope = scopes.get(storage) ?? `:${randomName()}`
  scopes.set(storage, scope)
  return scope
}
