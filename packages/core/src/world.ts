/**
 * For those who bring their own world: tests, simulations, runtimes without a browser. The front door,
 * `createSession`, is this with the browser in its place.
 */
export { browserWorld } from './platform/browser-world.ts'
export { type StorageLeaseOptions, storageLease } from './platform/storage-lease.ts'
export { type WebLockOptions, webLock } from './platform/web-lock.ts'
export type { Clock } from './ports/clock.ts'
export type { HoldOptions, Lock } from './ports/lock.ts'
export type { PageSignals, PageWatch } from './ports/page-signals.ts'
export type { World } from './ports/world.ts'
export { assembleSession } from './session/assemble-session.ts'
