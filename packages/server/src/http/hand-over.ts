import type { Context } from 'hono'
import type { Clock } from '../clock.ts'
import { note } from '../observe/request-scope.ts'
import type { Session, User } from '../sessions/session.ts'
import type { TokenIssuer } from '../tokens/token-issuer.ts'
import type { ServerEnv } from './api-headers.ts'
import { sessionDocument, type TokenDocument, userDocument } from './documents.ts'
import type { SessionCookies } from './session-cookies.ts'

/** What a sign-in or a refresh has come to. */
export interface Grant {
  readonly user: User
  readonly session: Session
  readonly generation: number
  readonly secret: Buffer
  readonly rotation?: TokenDocument['rotation']
}

/**
 * Returns the function that answers with tokens (RFC 6749 §5.1, with the user and the session), by the
 * way that the session has: what belongs into a cookie is in no body.
 */
export function createHandOver(issuer: TokenIssuer, cookies: SessionCookies, clock: Clock) {
  return async (c: Context<ServerEnv>, grant: Grant, status: 200 | 201 = 200) => {
    const { user, session, generation, secret, rotation } = grant
    const now = clock.now()
    note({ userId: user.id, sessionId: session.id })
    const refreshToken = issuer.refreshToken(session, generation, secret)
    const document = {
      refresh_expires_in: Math.floor((session.expiresAt - now) / 1000),
      ...(rotation && { rotation }),
      user: userDocument(user),
      session: sessionDocument(session, session.id),
    }
    const { transport } = session
    if (transport !== 'bearer') c.header('Set-Cookie', cookies.give(session, refreshToken, now))
    if (transport === 'cookie') return c.json(document, status)
    const { token, expiresIn } = await issuer.accessToken(user, session, generation)
    const access = { access_token: token, token_type: 'Bearer', expires_in: expiresIn } as const
    if (transport === 'split') return c.json({ ...access, ...document }, status)
    const answer: TokenDocument = { ...access, refresh_token: refreshToken, ...document }
    return c.json(answer, status)
  }
}

export type HandOver = ReturnType<typeof createHandOver>
