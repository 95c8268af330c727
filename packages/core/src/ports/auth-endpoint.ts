import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import type { StepUpChallenge } from '../tokens/step-up-challenge.ts'
import type { TokenResponse } from '../tokens/token-response.ts'
import type { TokenlessPorts, TokenlessStore } from './token-store.ts'

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

/** What a refresh came to. There are four answers and no exception. */
export type RefreshAnswer =
  | { readonly is: 'granted'; readonly tokens: TokenResponse }
  /** The authorization server itself said that the session is over. */
  | { readonly is: 'denied'; readonly reason: SignOutReason }
  /** An answer, but no verdict: the session goes on. `retryAfter` in milliseconds. */
  | { readonly is: 'unreachable'; readonly retryAfter: number | null; readonly cause: unknown }
  /** No answer, or not the whole of it. The server may have rotated: the same question is asked once more. */
  | { readonly is: 'lost'; readonly cause: unknown }

/** What a call came to that is made with an access token. */
export type Authorized<T> =
  | { readonly is: 'refused' }
  /** The token is good, but a more recent sign-in is asked for (RFC 9470). */
  | { readonly is: 'step-up'; readonly challenge: StepUpChallenge }
  | { readonly is: 'answered'; readonly value: T }

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * The server as the session sees it. `restEndpoint` speaks the contract of Tabkeeper's own server;
 * anything with these methods will do. A call that fails rejects with a `SessionError`.
 */
export interface AuthEndpoint {
  /** `accessToken` is that of the session being replaced, where there is one. */
  login(
    credentials: Credentials,
    options: CallOptions & { readonly remember: boolean; readonly accessToken: string | null },
  ): Promise<TokenResponse>
  register(
    details: Registration,
    options: CallOptions & { readonly remember: boolean },
  ): Promise<TokenResponse>
  refresh(refreshToken: string, options: CallOptions): Promise<RefreshAnswer>
  /** Tells the server that these tokens are not wanted any more; whether it acknowledged. Never rejects. */
  revoke(
    tokens: { readonly accessToken: string | null; readonly refreshToken: string | null },
    options: CallOptions,
  ): Promise<boolean>
  revokeAll(
    accessToken: string,
    options: CallOptions & { readonly keepCurrent: boolean },
  ): Promise<Authorized<{ readonly revoked: number }>>
  listSessions(
    accessToken: string,
    options: CallOptions,
  ): Promise<Authorized<readonly SessionInfo[]>>
  revokeSession(
    accessToken: string,
    id: string,
    options: CallOptions,
  ): Promise<Authorized<undefined>>
  /**
   * Left out, the session stores both tokens. `cookieEndpoint` has it; an endpoint of your own gets it by
   * being built on that one: `{ ...cookieEndpoint('/api/auth', { client: 'admin' }), login }`.
   */
  readonly withoutTokens?: (ports: TokenlessPorts) => TokenlessStore
}
