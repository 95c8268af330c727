import { randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { EpochMs } from '../clock.ts'
import type { ServerKeys } from '../keys/server-keys.ts'

/** What an access token says of the session it belongs to. Times are epoch milliseconds. */
export interface AccessClaims {
  readonly sessionId: string
  readonly generation: number
  readonly userId: string
  readonly tenantId: string
  readonly clientId: string
  readonly authTime: EpochMs
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

/**
 * Returns what an authentic and current token says, or null. The key is chosen by `kid` among our
 * own; `jwk`, `jku` and `x5u` headers are never looked at (RFC 8725 §3.10).
 */
export async function readAccessToken(
  keys: ServerKeys['access'],
  { issuer, audience }: TokenNames,
  text: string,
  now: EpochMs,
): Promise<AccessClaims | null> {
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
    return toClaims(claimsSchema.parse(payload), now)
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
})

/** Another instance's clock may be ahead by this much. */
const skewSeconds = 30

function toClaims(claims: z.infer<typeof claimsSchema>, now: EpochMs): AccessClaims | null {
  if (claims.iat > now / 1000 + skewSeconds) return null
  return {
    sessionId: claims.sid,
    generation: claims.gen,
    userId: claims.sub,
    tenantId: claims.tid,
    clientId: claims.client_id,
    authTime: claims.auth_time * 1000,
  }
}
