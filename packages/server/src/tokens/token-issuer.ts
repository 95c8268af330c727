import { randomInt } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { ServerKeys } from '../keys/server-keys.ts'
import type { Session, User } from '../sessions/session.ts'
import {
  type AccessClaims,
  mintAccessToken,
  readAccessToken,
  type TokenNames,
} from './access-token.ts'
import { mintRefreshToken, type RefreshToken, readRefreshToken } from './refresh-token.ts'

export interface TokenPair {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken: string
  /** Seconds. */
  readonly refreshExpiresIn: number
}

/** Makes and reads the tokens of a deployment. */
export interface TokenIssuer {
  issue(user: User, session: Session, generation: number, secret: Buffer): Promise<TokenPair>
  readAccess(text: string): Promise<AccessClaims | null>
  readRefresh(text: string): RefreshToken | null
}

export function createTokenIssuer(
  keys: ServerKeys,
  names: TokenNames,
  clock: Clock,
  accessTokenTtl: number,
): TokenIssuer {
  return {
    async issue(user, session, generation, secret) {
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
      return {
        accessToken: await mintAccessToken(keys.access, names, claims, {
          from: now,
          seconds: expiresIn,
        }),
        expiresIn,
        refreshToken: mintRefreshToken(keys.refresh, { sessionId: session.id, generation, secret }),
        refreshExpiresIn: Math.floor((session.expiresAt - now) / 1000),
      }
    },
    readAccess: text => readAccessToken(keys.access, names, text, clock.now()),
    readRefresh: text => readRefreshToken(keys.refresh, text),
  }
}
