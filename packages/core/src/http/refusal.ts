/**
 * Tells whether the challenge of a 401 (its `WWW-Authenticate` header) is about the access token, so
 * that a newer token may help. It may, unless a more recent sign-in is asked for (RFC 9470 §3).
 *
 * @example
 * ```ts
 * isTokenChallenge('Bearer error="invalid_token"') // true
 * isTokenChallenge('Bearer error="insufficient_user_authentication", max_age=900') // false
 * ```
 */
export function isTokenChallenge(challenge: string | null | undefined): boolean {
  return !challenge?.includes('insufficient_user_authentication')
}
