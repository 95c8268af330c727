import { hash, randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { EpochMs } from '../clock.ts'
import type { ServerKeys } from '../keys/server-keys.ts'
import { createRecent } from '../recent.ts'

/** What an access token says of the session it belongs to. Times are epoch milliseconds. */
export interface AccessClaims {
  readonly sessionId: string
  readonly generation: number
  readonly userId: string
  readonly tenantId: string
  readonly clientId: string
  readonly authTime: EpochMs
}

/** The claims of a token that was read. */
export interface ReadClaims extends AccessClaims {
  readonly issuedAt: EpochMs
  readonly expiresAt: EpochMs
}

/** Who makes the tokens and whom they are for, both compared exactly. */
export interface TokenNames {
  readonly issuer: string
  readonly audience: string
}

/** Returns a JWT of RFC 9068 with the claims `sid`, `gen`, `tid`, `auth_time` and `amr` besides. */
export function mintAccessToken(
  keys: ServerKeys['access'],
  { issuer, audience }: TokenNames,
  claims: AccessClaims,
  lifetime: { from: EpochMs; seconds: number },
): Promise<string> {
  const issuedAt = Math.floor(lifetime.from / 1000)
  return new SignJWT({
    client_id: claims.clientId,
    sid: claims.sessionId,
    gen: claims.generation,
    tid: claims.tenantId,
    auth_time: Math.floor(claims.authTime / 1000),
    amr: ['pwd'],
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keys.current.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(claims.userId)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(Math.ceil(lifetime.from / 1000) + lifetime.seconds) // never less than was told
    .sign(keys.current.privateKey)
}

/** How many tokens are remembered: a few megabytes. */
const most = 10_000

/**
 * Returns the function that reads access tokens and remembers those that are authentic: a client sends the
 * same one for half an hour, and checking a signature takes longer than all the rest of a request. What
 * changes with time is looked at each time, and the session's row decides anyway. Tokens are known by
 * their hash; the keys of a server are the same as long as it lives.
 */
export function createAccessReader(
  keys: ServerKeys['access'],
  names: TokenNames,
): (text: string, now: EpochMs) => Promise<ReadClaims | null> {
  const authentic = createRecent<string, ReadClaims>(most)
  return async (text, now) => {
    const key = hash('sha256', text, 'base64url')
    const known = authentic.get(key)
    if (known) return isCurrent(known, now) ? known : null
    const claims = await readAccessToken(keys, names, text, now)
    if (claims) authentic.set(key, claims)
    return claims
  }
}

/**
 * Returns what an authentic and current token says, or null. The key is chosen by `kid` among our
 * own; `jwk`, `jku` and `x5u` headers are never looked at (RFC 8725 §3.10).
 */
async function readAccessToken(
  keys: ServerKeys['access'],
  { issuer, audience }: TokenNames,
  text: string,
  now: EpochMs,
): Promise<ReadClaims | null> {
  try {
    const { payload } = await jwtVerify(
      text,
      ({ kid }) => {
        const key = keys.publicKeys.get(kid ?? '')
        if (!key) throw new errors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: ['ES256'],
        typ: 'at+jwt',
        issuer,
        audience,
        requiredClaims: ['exp', 'iat', 'jti'],
        currentDate: new Date(now),
      },
    )
    const claims = toClaims(claimsSchema.parse(payload))
    return isCurrent(claims, now) ? claims : null
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) return null
    throw error
  }
}

const claimsSchema = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  tid: z.uuid(),
  gen: z.int().min(0),
  client_id: z.string(),
  auth_time: z.int(),
  iat: z.int(),
  exp: z.int(),
})

/** Another instance's clock may be ahead by this much. */
const skew = 30_000

/** Whether a token is not over, and not of a time that has not come. */
const isCurrent = ({ issuedAt, expiresAt }: ReadClaims, now: EpochMs): boolean =>
  expiresAt > now && issuedAt <= now + skew

function toClaims(claims: z.infer<typeof claimsSchema>): ReadClaims {
  return {
    sessionId: claims.sid,
    generation: claims.gen,
    userId: claims.sub,
    tenantId: claims.tid,
    clientId: claims.client_id,
    authTime: claims.auth_time * 1000,
    issuedAt: claims.iat * 1000,
    expiresAt: claims.exp * 1000,
  }
}
