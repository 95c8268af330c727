import type { TokenResponse } from '../tokens/token-response.ts'
import type { SessionState, SignOutReason } from './session-state.ts'

/** What `login` sends; `restEndpoint` passes it on as JSON. */
export interface Credentials {
  readonly email?: string
  readonly username?: string
  readonly password: string
  readonly [field: string]: unknown
}

/** What `register` sends; `restEndpoint` passes it on as JSON. */
export interface Registration {
  readonly email: string
  readonly password: string
  readonly name?: string
  readonly [field: string]: unknown
}

/** One place where the user is signed in. */
export interface SessionInfo {
  readonly id: string
  readonly current: boolean
  readonly clientId: string | null
  readonly device: { readonly label: string; readonly userAgent: string | null }
  readonly ip: string | null
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** ISO 8601, UTC. */
  readonly lastSeenAt: string
  /** ISO 8601, UTC. */
  readonly expiresAt: string | null
}

/** The events of a session, told after the change is stored and never awaited. */
export interface SessionEvents<User = unknown> {
  'signed-in': { readonly user: User | null; readonly sessionId: string | null }
  'signed-out': { readonly reason: SignOutReason }
  /** The access token was replaced by a newer one of the same session. */
  refreshed: { readonly by: 'this-tab' | 'another-tab' }
  /** A refresh got no verdict; the session goes on. */
  'refresh-unreachable': { readonly retryAfter: number; readonly cause: unknown }
  /** Another session took the place of this one: clear what was cached for `from`. */
  replaced: { readonly from: string; readonly to: string }
  /** Something that was survived but should be known: storage that refuses writes, for instance. */
  warning: { readonly message: string; readonly cause: unknown }
}

/** A session of one app in one page. Made by `createSession`. */
export interface Session<User = unknown> {
  readonly app: string
  getState(): SessionState<User>
  subscribe(listener: (state: SessionState<User>) => void): () => void
  on<K extends keyof SessionEvents<User>>(
    event: K,
    listener: (detail: SessionEvents<User>[K]) => void,
  ): () => void
  login(credentials: Credentials, options?: { readonly remember?: boolean }): Promise<User | null>
  register(details: Registration, options?: { readonly remember?: boolean }): Promise<User | null>
  adopt(tokens: TokenResponse): User | null
  getAccessToken(options?: {
    readonly signal?: AbortSignal
    readonly minValidity?: number
  }): Promise<string>
  refresh(options?: { readonly signal?: AbortSignal }): Promise<void>
  logout(): Promise<{ readonly acknowledged: boolean }>
  logoutAll(options?: { readonly keepCurrent?: boolean }): Promise<{ readonly revoked: number }>
  listSessions(): Promise<readonly SessionInfo[]>
  revokeSession(id: string): Promise<void>
  dispose(): void
  [Symbol.dispose](): void
}
