import { jwtDecode } from 'jwt-decode'
import * as z from 'zod/mini'
import { orElse } from './or-else.ts'

export interface AccessTokenClaims {
  /** Milliseconds between the token's `iat` and `exp`; `null` where either is missing. */
  readonly lifetime: number | null
  /** The session the token says it belongs to (`sid`). */
  readonly sid: string | null
}

const NONE: AccessTokenClaims = { lifetime: null, sid: null }

// Each claim is read for itself: a strange `sid` must not cost the lifetime.
const seconds = orElse(z.number(), undefined)
const claims = z.object({
  exp: seconds,
  iat: seconds,
  sid: orElse(z.string().check(z.minLength(1)), null),
})

/**
 * Reads what an access token says of itself. Unverified, for planning only: an opaque token, a JWT
 * without `exp` or one that cannot be decoded gives `null`s, never an error.
 */
export function readClaims(accessToken: string): AccessTokenClaims {
  try {
    const { exp, iat, sid } = claims.parse(jwtDecode(accessToken))
    const lifetime = exp === undefined || iat === undefined ? null : (exp - iat) * 1000
    return { lifetime, sid }
  } catch {
    return NONE
  }
}
