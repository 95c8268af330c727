import type { TokenSource } from '../http/token-source.ts'
import type { Credentials, Registration, SessionInfo } from '../ports/auth-endpoint.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import type { TokenResponse } from '../tokens/token-response.ts'
import type { SessionOptions } from './options.ts'
import type { SessionState } from './session-state.ts'

/** The events of a session, told after the change is stored and never awaited. */
export interface SessionEvents<User = unknown> {
  'signed-in': { readonly user: User | null; readonly sessionId: string | null }
  'signed-out': { readonly reason: SignOutReason; readonly by: Author }
  /** The access token was replaced by a newer one of the same session. */
  refreshed: { readonly by: Author }
  /** A refresh got no verdict; the session goes on. */
  'refresh-unreachable': { readonly retryAfter: number; readonly cause: unknown }
  /** Another session took the place of this one: clear what was cached for `from`. */
  replaced: { readonly from: string; readonly to: string; readonly by: Author }
  /** Something that was survived but should be known: storage that refuses writes, for instance. */
  warning: { readonly code: WarningCode; readonly message: string; readonly cause: unknown }
}

/** Whether this tab did it, or found it done in storage. */
export type Author = 'this-tab' | 'another-tab'

/** What was survived. The set is closed: a new one is a new minor version. */
export type WarningCode =
  /** Storage refused the tokens: they are in memory, and gone with the page. */
  | 'storage-refused'
  /** A duplicate of a tab that has the session to itself: this one ends with its access token. */
  | 'copied-tab'
  /** Two sessions of one app are awake in this page. */
  | 'two-sessions'

/** A session of one app in one page. Made by `createSession`; every adapter takes it as it is. */
export interface Session<User = unknown> extends TokenSource {
  readonly app: string

  /** What a page may know: the same object until something changes. */
  getState(): SessionState<User>

  /** Calls back after each change of `getState()`; returns the undo. */
  subscribe(listener: (state: SessionState<User>) => void): () => void

  /** Calls back on one kind of event; returns the undo. */
  on<K extends keyof SessionEvents<User>>(
    event: K,
    listener: (detail: SessionEvents<User>[K]) => void,
  ): () => void

  /**
   * Signs in. Rejects with `invalid-credentials`, `rejected` or `unreachable`; a session that was there
   * before goes on then. Where somebody signed out here, or in by a later call, before the answer came, the
   * tokens are given back: `session-ended`, `session-changed`. `remember: false` keeps the tokens in this tab
   * only (default `true`).
   */
  login(credentials: Credentials, options?: { readonly remember?: boolean }): Promise<User | null>

  /** Registers and signs in. Rejects as `login` does. */
  register(details: Registration, options?: { readonly remember?: boolean }): Promise<User | null>

  /**
   * Takes up tokens that were obtained elsewhere: by single sign-on, a native shell, a step-up, a test. Where
   * they are of the session that is here (by its name, or the same access token), it goes on, and keeps the
   * user and the refresh token that they leave out.
   * Throws a `TypeError` when there is no usable access token among them.
   */
  adopt(tokens: TokenResponse): User | null

  /**
   * A token with at least `minValidity` milliseconds to live (default 0; at most half of its whole life).
   * Rejects with `signed-out`, or as a waiting request does: `session-ended`, `session-changed`,
   * `unreachable`, or `signal.reason`.
   */
  getAccessToken(options?: {
    readonly signal?: AbortSignal
    readonly minValidity?: number
  }): Promise<string>

  /** Fetches a new token whatever the age of the old; joins a refresh that is under way. Rejects as `getAccessToken` does. */
  refresh(options?: { readonly signal?: AbortSignal }): Promise<void>

  /**
   * Ends the session here and in the other tabs at once, then tells the server. Never rejects:
   * `acknowledged` is `false` when the server could not be told.
   */
  logout(): Promise<{ readonly acknowledged: boolean }>

  /** Ends the user's sessions everywhere, this one too unless `keepCurrent`. Rejects as `listSessions` does. */
  logoutAll(options?: { readonly keepCurrent?: boolean }): Promise<{ readonly revoked: number }>

  /**
   * Where the user is signed in, newest first. Rejects with `signed-out`, `rejected`, `unreachable`,
   * `signal.reason`, or as a waiting request does. Where the server asks for a more recent sign-in (RFC 9470), `onStepUp` is
   * called as for any request; without it, that is `rejected` with the `serverCode`
   * `insufficient_user_authentication`.
   */
  listSessions(options?: { readonly signal?: AbortSignal }): Promise<readonly SessionInfo[]>

  /** Ends one session of the user's. Rejects as `listSessions` does. */
  revokeSession(id: string): Promise<void>

  /**
   * Asks the user in another way than the option `onStepUp`, until the undo it returns is called: for a
   * component that can show the question while it is there. The way that was given last counts.
   */
  onStepUp(ask: NonNullable<SessionOptions['onStepUp']>): () => void

  /**
   * Stops everything: no timer, listener, channel or lock remains; who waits gets `disposed`. Stored tokens stay.
   * A refresh that is under way, or was just stored, gives its lock back to the other tabs within half a second.
   */
  dispose(): void
  [Symbol.dispose](): void
}
