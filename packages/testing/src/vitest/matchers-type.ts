import type { SignOutReason } from '@tabkeeper/core'

declare module 'vitest' {
  // The parameters are vitest's own: an interface is only added to by the same ones.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** A session in which somebody is signed in; `user` says who, as `toEqual` compares. */
    toBeSignedIn(user?: unknown): R
    /** A session in which nobody is signed in; `reason` says why. */
    toBeSignedOut(reason?: SignOutReason): R
    /** A server that was asked for exactly so many refreshes, whatever it answered. */
    toHaveRefreshed(times: number): R
    /** A request without an `Authorization` header. */
    toCarryNoToken(): R
  }
}
