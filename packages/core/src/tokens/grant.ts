import { readClaims } from './access-token-claims.ts'
import type { EpochMs, Lifespan } from './lifetime.ts'
import type { TokenResponse } from './token-response.ts'

/** The tokens of one session as they are held in memory. Never leaves `core`. */
export interface Grant extends Lifespan {
  /** `null` where only a refresh token was found: it has to be spent before anything can be sent. */
  readonly accessToken: string | null
  readonly refreshToken: string | null
  readonly user: unknown
  /** The server's name for the session, where it gave one. */
  readonly sessionId: string | null
  /** Which session this is, also where the server gives it no name: a new sign-in is a new identity. */
  readonly identity: string
  /** Counts the commits of one session; 0 for tokens that somebody else's code stored. */
  readonly revision: number
  /** Whether it was fetched because its predecessor was refused with a 401. */
  readonly afterRefusal: boolean
}

/**
 * The grant that a sign-in starts. `newIdentity` names the session where the server does not, or has given it
 * the name of `ended`: with single sign-on (`sid` of Keycloak, say) whoever signs in again may get it again.
 */
export function startGrant(
  response: TokenResponse,
  receivedAt: EpochMs,
  newIdentity: () => string,
  ended: string | null,
): Grant {
  const sessionId = sessionIdOf(response)
  return {
    accessToken: response.access_token,
    refreshToken: response.refresh_token ?? null,
    user: response.user ?? null,
    sessionId,
    identity: sessionId === null || sessionId === ended ? newIdentity() : sessionId,
    revision: 1,
    receivedAt,
    lifetime: lifetimeOf(response),
    afterRefusal: false,
  }
}

/** The grant that follows `spent`. What the answer leaves out stays as it was (RFC 6749 §6). */
export function renewGrant(spent: Grant, response: TokenResponse, receivedAt: EpochMs): Grant {
  return {
    ...spent,
    accessToken: response.access_token,
    refreshToken: response.refresh_token ?? spent.refreshToken,
    user: response.user ?? spent.user,
    sessionId: response.session?.id ?? spent.sessionId,
    revision: spent.revision + 1,
    receivedAt,
    lifetime: lifetimeOf(response),
  }
}

/** The server's name for the session that tokens are of: it says so, or the access token does. */
export function sessionIdOf({ session, access_token }: TokenResponse): string | null {
  return session?.id ?? readClaims(access_token).sid
}

export function sameTokens(a: Grant, b: Grant): boolean {
  return a.accessToken === b.accessToken && a.refreshToken === b.refreshToken
}

/** A hundred years: what is longer is a mistake, and more than a `Date` can say. Milliseconds. */
const LONGEST = 36_525 * 86_400_000

/** `expires_in` counts; the token's own span is asked only where the server left it out. */
function lifetimeOf({ expires_in, access_token }: TokenResponse): number | null {
  const lifetime = expires_in === undefined ? readClaims(access_token).lifetime : expires_in * 1000
  return lifetime === null ? null : Math.min(Math.max(0, lifetime), LONGEST)
}
