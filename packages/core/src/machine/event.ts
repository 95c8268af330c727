import type { BackOff } from '../tokens/back-off.ts'
import type { Found } from '../tokens/commit-record.ts'
import type { Grant } from '../tokens/grant.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'

/** What has happened. */
export type SessionEvent =
  /** Storage was read for the first time. */
  | { readonly type: 'restored'; readonly found: Found }
  | { readonly type: 'signed-in'; readonly grant: Grant }
  /** The user signed out. `told`: the server knows already. */
  | { readonly type: 'signed-out'; readonly told: boolean }
  /** Somebody wants a token, with at least so much life left (milliseconds). */
  | { readonly type: 'token-needed'; readonly minValidity: number }
  /** Somebody wants a new token, whatever the age of the old. */
  | { readonly type: 'refresh-requested' }
  /** A server answered 401 to this token. */
  | { readonly type: 'token-refused'; readonly accessToken: string }
  /** A hint of the browser's that another attempt may succeed: the network is back, the page is shown. */
  | { readonly type: 'came-online' }
  | { readonly type: 'refresh-granted'; readonly spent: Grant; readonly grant: Grant }
  | { readonly type: 'refresh-denied'; readonly spent: Grant; readonly reason: SignOutReason }
  | {
      readonly type: 'refresh-unreachable'
      readonly spent: Grant
      /** What the server asked for, in milliseconds. */
      readonly retryAfter: number | null
      /** A random number in [0, 1). */
      readonly jitter: number
      /** Set where another tab was the one that tried: its pause is everybody's. */
      readonly backOff: BackOff | null
      readonly cause: unknown
    }
  /** Storage was read again. */
  | { readonly type: 'store-changed'; readonly found: Found }
