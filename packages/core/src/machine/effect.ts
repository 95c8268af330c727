import type { BackOff } from '../tokens/back-off.ts'
import type { Grant } from '../tokens/grant.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'

/** What is to be done. Carried out in order, right after the transition. */
export type Effect =
  | { readonly do: 'write'; readonly grant: Grant }
  /** Let the other tabs know that the server is to be left alone. */
  | { readonly do: 'pause'; readonly grant: Grant; readonly backOff: BackOff }
  | { readonly do: 'erase'; readonly grant: Grant; readonly reason: SignOutReason }
  /** Start the flight. */
  | { readonly do: 'refresh'; readonly grant: Grant }
  /** Nobody waits for the flight any more; it gives the lock back. */
  | { readonly do: 'abandon' }
  /** Tell the server that these tokens are not wanted any more. */
  | { readonly do: 'revoke'; readonly grant: Grant }
