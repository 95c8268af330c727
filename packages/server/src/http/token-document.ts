import type { Session, User } from '../sessions/session.ts'
import type { TokenPair } from '../tokens/token-issuer.ts'
import { sessionDocument, type TokenDocument, userDocument } from './documents.ts'

/** Returns the answer that hands out tokens (RFC 6749 §5.1, with the user and the session). */
export const tokenDocument = (
  user: User,
  session: Session,
  pair: TokenPair,
  rotation?: TokenDocument['rotation'],
): TokenDocument => ({
  access_token: pair.accessToken,
  token_type: 'Bearer',
  expires_in: pair.expiresIn,
  refresh_token: pair.refreshToken,
  refresh_expires_in: pair.refreshExpiresIn,
  ...(rotation && { rotation }),
  user: userDocument(user),
  session: sessionDocument(session, session.id),
})
