import type { EmitEvent } from '../events/auth-event.ts'
import type { Limiter } from '../limits/rate-limits.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { SessionSettings } from '../sessions/settings.ts'
import type { RefreshToken } from '../tokens/refresh-token.ts'
import type { TokenIssuer } from '../tokens/token-issuer.ts'
import type { UserStore } from '../users/user-store.ts'
import type { Authenticate, Prove, Verified } from './authenticate.ts'
import type { ClientOf } from './client-of.ts'
import type { HandOver } from './hand-over.ts'
import type { Presented } from './presented.ts'
import type { SessionCookies } from './session-cookies.ts'

/** What the routes work with. */
export interface Services {
  readonly settings: SessionSettings
  readonly store: SessionStore
  readonly users: UserStore
  readonly issuer: TokenIssuer
  readonly limiter: Limiter
  readonly emit: EmitEvent
  readonly cookies: SessionCookies
  readonly clientOf: ClientOf
  readonly handOver: HandOver
  readonly presented: Presented
  /** Returns what a refresh token says, also one of an older system where these are taken, or null. */
  readonly readRefresh: (text: string) => Promise<RefreshToken | null>
  readonly prove: Prove
  readonly authenticate: Authenticate
  /** @throws {Problem} 401 `insufficient_user_authentication` */
  readonly requireRecent: (verified: Verified) => void
  /** The role of those who register; `false` closes registration. */
  readonly registration: { readonly role: string } | false
}
