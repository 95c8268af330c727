import type { Persistence } from '../ports/token-store.ts'
import type { EpochMs } from '../tokens/lifetime.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'

/** What a page may know about its session. Never contains a token; the same object until something changes. */
export type SessionState<User = unknown> =
  /** Storage has not been read yet. Also the state of every server render. */
  | { readonly status: 'loading' }
  | { readonly status: 'unauthenticated'; readonly reason: SignOutReason }
  | {
      readonly status: 'authenticated'
      /** `null` when the server sent none, or when it did not pass the `user` schema. */
      readonly user: User | null
      readonly sessionId: string | null
      /** When the access token ends on this device's clock; `null` when that is unknown. */
      readonly expiresAt: EpochMs | null
      readonly refresh: 'idle' | 'pending' | 'backing-off'
      /** Where the tokens are kept: for all tabs and restarts, for this tab, or until the page is left. */
      readonly persistence: Persistence
    }
