import { jwtDecode } from 'jwt-decode'
import * as z from 'zod/mini'

export interface AccessTokenClaims {
  /** Milliseconds between the token's `iat` and `exp`; `null` where either is missing. */
  readonly lifetime: number | null
  /** The session the token says it belongs to (`sid`). */
  readonly sid: string | null
}

const NONE: AccessTokenClaims = { lifetime: null, sid: null }

// Each claim is read for itself: a strange `sid` must not cost the lifetime.
const seconds = z.catch(z.optional(z.number()), undefined)
const claims = z.object({
  exp: seconds,
  iat: seconds,
  sid: z.catch(z.optional(z.string().check(z.minLength(1))), undefined),
})

/**
 * Reads what an access token says of itself. Unverified, for planning only: an opaque token, a JWT
 * without `exp` or one that cannot be decoded gives `null`s, never an error.
 */
export function readClaims(accessToken: string): AccessTokenClaims {
  try {
    const { exp, iat, sid = null } = claims.parse(jwtDecode(accessToken))
    const lifetime = exp === undefined || iat === undefined ? null : (exp - iat) * 1000
    return { lifetime, sid }
  } catch {
    return NONE
  }
}
