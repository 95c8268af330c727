import type { BackOff } from '../tokens/back-off.ts'
import type { Found } from '../tokens/commit-record.ts'
import type { Grant } from '../tokens/grant.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'

export type Persistence = 'local' | 'tab' | 'memory'

/** The one place that all tabs of an app agree on. Nothing in here throws. */
export interface TokenStore {
  /** What is stored, or `null` when it could not be read: then nothing is known. */
  read(): Found | null
  write(grant: Grant, backOff: BackOff | null): void
  erase(grant: Grant, reason: SignOutReason): void
  /** Where the next commits go: for all tabs and restarts, or for this tab only. */
  remember(remember: boolean): void
  persistence(): Persistence
}
