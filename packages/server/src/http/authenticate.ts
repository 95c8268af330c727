import { confirmAccess } from '../sessions/confirm-access.ts'
import { type Session, toSession, toUser, type User } from '../sessions/session.ts'
import type { SessionSettings } from '../sessions/settings.ts'
import type { TokenIssuer } from '../tokens/token-issuer.ts'
import { Problem } from './problem.ts'

/** Who sends a request, as the database knows them at this moment. */
export interface Verified {
  readonly user: User
  readonly session: Session
  readonly tenant: { readonly id: string }
}

/**
 * Returns the function that proves who sends a request.
 * @throws {Problem} 401
 */
export function createAuthenticate(settings: SessionSettings, issuer: TokenIssuer) {
  return async (request: Request): Promise<Verified> => {
    const token = bearerToken(request)
    if (token === null) throw new Problem('not_authenticated')
    const claims = await issuer.readAccess(token)
    if (!claims || claims.tenantId !== settings.tenantId) throw new Problem('invalid_access_token')
    const outcome = await confirmAccess(settings, claims)
    switch (outcome.is) {
      case 'accepted':
        return {
          user: toUser(outcome.session),
          session: toSession(outcome.session),
          tenant: { id: outcome.session.tenant_id },
        }
      case 'ended': {
        const { revoke_reason: reason } = outcome.session
        throw new Problem(outcome.code, reason === null ? {} : { reason })
      }
      case 'unknown':
        throw new Problem('invalid_access_token')
    }
  }
}

export type Authenticate = ReturnType<typeof createAuthenticate>

/** Returns the token of an `Authorization: Bearer` header, or null (RFC 6750 §2.1). */
export const bearerToken = (request: Request): string | null =>
  /^bearer +(\S+) *$/i.exec(request.headers.get('Authorization') ?? '')?.[1] ?? null
