import { randomInt } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { ServerKeys } from '../keys/server-keys.ts'
import type { Session, User } from '../sessions/session.ts'
import {
  type AccessClaims,
  createAccessReader,
  mintAccessToken,
  type ReadClaims,
  type TokenNames,
} from './access-token.ts'
import { mintRefreshToken, type RefreshToken, readRefreshToken } from './refresh-token.ts'

/** Makes and reads the tokens of a deployment. */
export interface TokenIssuer {
  /** Returns a token and the seconds that it is good for. */
  accessToken(
    user: User,
    session: Session,
    generation: number,
  ): Promise<{ token: string; expiresIn: number }>
  refreshToken(session: Session, generation: number, secret: Buffer): string
  readAccess(text: string): Promise<ReadClaims | null>
  readRefresh(text: string): RefreshToken | null
}

export function createTokenIssuer(
  keys: ServerKeys,
  names: TokenNames,
  clock: Clock,
  accessTokenTtl: number,
): TokenIssuer {
  const readAccess = createAccessReader(keys.access, names)
  return {
    async accessToken(user, session, generation) {
      const now = clock.now()
      // Up to 5 % shorter at random, so that clients that signed in together do not refresh together.
      const ttl = accessTokenTtl * (1 - randomInt(51) / 1000)
      const seconds = Math.round(Math.min(ttl, session.expiresAt - now) / 1000)
      const expiresIn = Math.max(1, seconds)
      const claims: AccessClaims = {
        sessionId: session.id,
        generation,
        userId: user.id,
        tenantId: user.tenantId,
        clientId: session.clientId,
        authTime: session.authTime,
      }
      const lifetime = { from: now, seconds: expiresIn }
      return { token: await mintAccessToken(keys.access, names, claims, lifetime), expiresIn }
    },
    refreshToken: (session, generation, secret) =>
      mintRefreshToken(keys.refresh, { sessionId: session.id, generation, secret }),
    readAccess: text => readAccess(text, clock.now()),
    readRefresh: text => readRefreshToken(keys.refresh, text),
  }
}
