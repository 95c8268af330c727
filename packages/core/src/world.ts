/**
 * For those who bring their own world: tests, simulations, runtimes without a browser. The front door,
 * `createSession`, is this with the browser in its place.
 */
export { type Decide, transition } from './machine/transition.ts'
export { browserWorld } from './platform/browser-world.ts'
export { type PageClaim, type PageClaimsOptions, pageClaims } from './platform/page-claims.ts'
export { type StorageLeaseOptions, storageLease } from './platform/storage-lease.ts'
export { type WebLockOptions, webLock } from './platform/web-lock.ts'
export type { Clock } from './ports/clock.ts'
export type { Held, HoldOptions, Lock } from './ports/lock.ts'
export type { PageSignals, PageWatch } from './ports/page-signals.ts'
export type { World } from './ports/world.ts'
export { assembleSession } from './session/assemble-session.ts'
