import { readSession } from '../sessions/read-session.ts'
import type { SessionSettings } from '../sessions/settings.ts'
import { hashSecret } from '../tokens/refresh-token.ts'
import type { TokenIssuer } from '../tokens/token-issuer.ts'
import { bearerToken } from './authenticate.ts'
import type { Services } from './services.ts'

/** Finds the session that a credential belongs to, live or not: who holds one may end it. */
export interface Presented {
  /** Any generation will do. */
  byRefreshToken(text: string | null | undefined): Promise<string | undefined>
  byAccessToken(request: Request): Promise<string | undefined>
}

export const createPresented = (
  settings: SessionSettings,
  issuer: TokenIssuer,
  readRefresh: Services['readRefresh'],
): Presented => ({
  async byRefreshToken(text) {
    const token = text ? await readRefresh(text) : null
    if (!token) return undefined
    const { database, tenantId } = settings
    const row = await readSession(database, { tenantId, sessionId: token.sessionId })
    return row?.seed_hash.equals(hashSecret(token.secret)) ? row.id : undefined
  },
  async byAccessToken(request) {
    return (await issuer.readAccess(bearerToken(request) ?? ''))?.sessionId
  },
})
