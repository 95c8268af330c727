import type { EmitEvent } from '../events/auth-event.ts'
import type { Limiter } from '../limits/rate-limits.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { SessionSettings } from '../sessions/settings.ts'
import type { TokenIssuer } from '../tokens/token-issuer.ts'
import type { UserStore } from '../users/user-store.ts'
import type { Authenticate, Verified } from './authenticate.ts'

/** What the routes work with. */
export interface Services {
  readonly settings: SessionSettings
  readonly store: SessionStore
  readonly users: UserStore
  readonly issuer: TokenIssuer
  readonly limiter: Limiter
  readonly emit: EmitEvent
  readonly authenticate: Authenticate
  /** @throws {Problem} 401 `insufficient_user_authentication` */
  readonly requireRecent: (verified: Verified) => void
  /** The role of those who register; `false` closes registration. */
  readonly registration: { readonly role: string } | false
}
