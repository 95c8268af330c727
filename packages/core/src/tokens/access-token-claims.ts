import { jwtDecode } from 'jwt-decode'
import { finite, membersOf, nonEmpty } from './shapes.ts'

export interface AccessTokenClaims {
  /** Milliseconds between the token's `iat` and `exp`; `null` where either is missing. */
  readonly lifetime: number | null
  /** The session the token says it belongs to (`sid`). */
  readonly sid: string | null
}

const NONE: AccessTokenClaims = { lifetime: null, sid: null }

/**
 * Reads what an access token says of itself. Unverified, for planning only: an opaque token, a JWT
 * without `exp` or one that cannot be decoded gives `null`s, never an error.
 */
export function readClaims(accessToken: string): AccessTokenClaims {
  try {
    // Each claim is read for itself: a strange `sid` must not cost the lifetime.
    const claims = membersOf(jwtDecode(accessToken))
    const exp = finite.safeParse(claims.exp).data
    const iat = finite.safeParse(claims.iat).data
    const lifetime = exp === undefined || iat === undefined ? null : (exp - iat) * 1000
    return { lifetime, sid: nonEmpty.safeParse(claims.sid).data ?? null }
  } catch {
    return NONE
  }
}
