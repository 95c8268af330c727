import type { EpochMs } from '../clock.ts'
import type { EmitEvent } from '../events/auth-event.ts'
import { note } from '../observe/request-scope.ts'
import { transportOf } from '../sessions/client-policy.ts'
import { confirmAccess } from '../sessions/confirm-access.ts'
import { type CookieOutcome, confirmCookie } from '../sessions/confirm-cookie.ts'
import { acceptsAccess } from '../sessions/judge.ts'
import {
  type Session,
  type SessionWithUser,
  toSession,
  toUser,
  type User,
} from '../sessions/session.ts'
import type { SessionSettings } from '../sessions/settings.ts'
import { hashSecret } from '../tokens/refresh-token.ts'
import type { TokenIssuer } from '../tokens/token-issuer.ts'
import { userAgentOf } from './device.ts'
import { isSafe, type RequireOwnPage } from './own-page.ts'
import { Problem, type ProblemDetails } from './problem.ts'
import type { SessionCookies } from './session-cookies.ts'

/** Who sends a request, as the database knows them at this moment. */
export interface Verified {
  readonly user: User
  readonly session: Session
  readonly tenant: { readonly id: string }
}

/** Who sends a request, and what their credential is worth from now on. */
export interface Proof {
  readonly verified: Verified
  /** Whether the credential would still be taken, by the session's row of a later moment. */
  holds(row: SessionWithUser): boolean
  /** When it is over by itself. */
  readonly until: EpochMs
}

/** What a request brings to prove who sends it. */
type Credential =
  | { readonly is: 'access-token'; readonly token: string }
  | { readonly is: 'cookie'; readonly clientId: string; readonly token: string }
  | { readonly is: 'nothing'; readonly scheme: Scheme }

type Scheme = NonNullable<ProblemDetails['scheme']>

/**
 * Returns the function that proves who sends a request: by access token, or by the cookie of a client
 * whose transport that is. A request that could change something by cookie must come from an own page.
 *
 * @throws {Problem} 401, or 403 `csrf_rejected`
 */
export function createProve({
  settings,
  issuer,
  cookies,
  requireOwnPage,
  emit,
}: {
  settings: SessionSettings
  issuer: TokenIssuer
  cookies: SessionCookies
  requireOwnPage: RequireOwnPage
  emit: EmitEvent
}) {
  return async (request: Request, host: { ip?: string | undefined } = {}): Promise<Proof> => {
    const credential = credentialOf(request)
    switch (credential.is) {
      case 'nothing':
        throw new Problem('not_authenticated', { scheme: credential.scheme })
      case 'access-token': {
        const claims = await issuer.readAccess(credential.token)
        if (!claims) throw new Problem('invalid_access_token')
        if (claims.tenantId !== settings.tenantId) throw new Problem('forbidden')
        return {
          verified: accept(await confirmAccess(settings, claims), 'Bearer'),
          holds: row => acceptsAccess(row, claims.generation),
          until: claims.expiresAt,
        }
      }
      case 'cookie': {
        if (!isSafe(request.method)) requireOwnPage(request)
        const token = issuer.readRefresh(credential.token)
        if (!token) throw new Problem('invalid_access_token', { scheme: 'Session' })
        const outcome = await confirmCookie(settings, token, credential.clientId)
        if (outcome.is === 'theft' || outcome.is === 'ahead') {
          await emit({
            kind: outcome.is === 'theft' ? 'reuse-detected' : 'generation-ahead',
            userId: outcome.session.user_id,
            sessionId: outcome.session.id,
            ip: host.ip ?? null,
            userAgent: userAgentOf(request),
            data: { generation: token.generation },
          })
        }
        return {
          verified: accept(outcome, 'Session'),
          holds: row => row.seed_hash.equals(hashSecret(token.secret)),
          until: Number.POSITIVE_INFINITY,
        }
      }
    }
  }

  /**
   * A request that names its client means that client's cookie. One that cannot (an image, a link, a
   * server-sent event) means the only one there is.
   */
  function credentialOf(request: Request): Credential {
    const token = bearerToken(request)
    if (token !== null) return { is: 'access-token', token }
    const isByCookie = (clientId: string) => transportOf(settings.clients, clientId) === 'cookie'
    const named = request.headers.get('X-Session-Client')
    const candidates = (named === null ? cookies.clientsOf(request) : [named]).filter(isByCookie)
    const [clientId, ...others] = candidates
    const cookie = clientId !== undefined && others.length === 0 && cookies.read(request, clientId)
    if (cookie) return { is: 'cookie', clientId, token: cookie }
    return { is: 'nothing', scheme: candidates.length > 0 ? 'Session' : 'Bearer' }
  }
}

export type Prove = ReturnType<typeof createProve>

/** Returns who sends a request. */
export type Authenticate = (
  request: Request,
  host?: { ip?: string | undefined },
) => Promise<Verified>

function accept(outcome: CookieOutcome, scheme: Scheme): Verified {
  switch (outcome.is) {
    case 'accepted':
      note({ userId: outcome.session.user_id, sessionId: outcome.session.id })
      return {
        user: toUser(outcome.session),
        session: toSession(outcome.session),
        tenant: { id: outcome.session.tenant_id },
      }
    case 'ended': {
      const { revoke_reason: reason } = outcome.session
      throw new Problem(outcome.code, { scheme, ...(reason !== null && { reason }) })
    }
    case 'theft':
      throw new Problem('refresh_token_reused', { scheme, reason: 'reuse_detected' })
    case 'ahead':
    case 'unknown':
      throw new Problem('invalid_access_token', { scheme })
    case 'busy':
      throw new Problem('temporarily_unavailable')
  }
}

/** Returns the token of an `Authorization: Bearer` header, or null (RFC 6750 §2.1). */
export const bearerToken = (request: Request): string | null =>
  /^bearer +(\S+) *$/i.exec(request.headers.get('Authorization') ?? '')?.[1] ?? null
