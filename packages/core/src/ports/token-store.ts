import type { BackOff } from '../tokens/back-off.ts'
import type { Found } from '../tokens/commit-record.ts'
import type { Grant } from '../tokens/grant.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import type { Lock } from './lock.ts'

export type Persistence = 'local' | 'tab' | 'memory'

/**
 * Another tab's commit becomes visible key by key, and on a busy machine the rest of it may take its time.
 * What no record describes after so long is somebody else's, or what a page left that was closed in the
 * middle. Milliseconds.
 */
export const HALF_SEEN = 1_000

/** The one place that all tabs of an app agree on. Nothing in here throws. */
export interface TokenStore {
  /** What is stored, or `null` when it could not be read: then nothing is known. */
  read(): Found | null
  /**
   * Kept when what is read is what is stored, and is this tab's to spend: a refresh token that another
   * tab has is not read again after that.
   */
  settled(): Promise<void>
  /** Commits these tokens; a pause that was noted before is over. */
  write(grant: Grant): void
  /** Notes a pause, which means something for as long as these tokens are the ones that are stored. */
  pause(grant: Grant, backOff: BackOff): void
  erase(grant: Grant, reason: SignOutReason): void
  /** Where the next commits go: for all tabs and restarts, or for this tab only. */
  remember(remember: boolean): void
  persistence(): Persistence
}

/** What is done otherwise where the refresh token is a cookie, one for all tabs. */
export interface TokenlessStore extends TokenStore {
  /** The grant of a sign-in, with something in the place of the refresh token that no script sees. */
  received(grant: Grant): Grant
  /** Runs a sign-in while no tab refreshes: a refresh that overlaps it would put its cookie in that place. */
  signIn<T>(task: () => Promise<T>): Promise<T>
}

export interface TokenlessPorts {
  /** Where everything but the tokens is stored. */
  readonly store: TokenStore
  /** The lock that refreshes are done under. */
  readonly lock: Lock
  readonly disposed: AbortSignal
}
