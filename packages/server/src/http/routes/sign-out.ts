import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { readSession } from '../../sessions/read-session.ts'
import { hashSecret } from '../../tokens/refresh-token.ts'
import type { ServerEnv } from '../api-headers.ts'
import { bearerToken } from '../authenticate.ts'
import { originOf } from '../device.ts'
import { readBody } from '../read-body.ts'
import type { Services } from '../services.ts'

const logoutBody = z.object({ refresh_token: z.string().optional() })
const logoutAllBody = z.object({ keep_current: z.boolean().optional() })

/** `POST /logout` and `POST /logout-all`. */
export const signOutRoutes = (services: Services) =>
  new Hono<ServerEnv>()
    .post('/logout', async c => {
      const body = await readBody(c, logoutBody)
      const sessionId =
        (await sessionOfRefreshToken(services, body.refresh_token)) ??
        (await services.issuer.readAccess(bearerToken(c.req.raw) ?? ''))?.sessionId
      if (sessionId !== undefined) await endSession(services, c, sessionId)
      return signedOut(c)
    })
    .post('/logout-all', async c => {
      const verified = await services.authenticate(c.req.raw)
      const body = await readBody(c, logoutAllBody)
      services.requireRecent(verified)
      const revoked = await services.store.revokeUserSessions(verified.user.id, {
        reason: 'logout_all',
        by: originOf(c),
        ...(body.keep_current && { except: verified.session.id }),
      })
      return c.json({ message: 'Signed out everywhere.', revoked })
    })

/** Ends a session at its own wish. */
export async function endSession(
  { store }: Services,
  c: Context<ServerEnv>,
  sessionId: string,
): Promise<void> {
  await store.revokeSession(sessionId, { reason: 'logout', by: originOf(c) })
}

/** The same answer whatever was presented, known or not (RFC 7009 §2.2). */
function signedOut(c: Context<ServerEnv>) {
  c.header('Clear-Site-Data', '"cache"')
  return c.json({ message: 'Signed out.' })
}

/** Any generation will do: who holds one may end the session that it belongs to. */
async function sessionOfRefreshToken(
  { issuer, settings }: Services,
  text: string | undefined,
): Promise<string | undefined> {
  const token = text === undefined ? null : issuer.readRefresh(text)
  if (!token) return undefined
  const row = await readSession(settings.database.kysely, settings.tenantId, token.sessionId)
  return row?.seed_hash.equals(hashSecret(token.secret)) ? row.id : undefined
}
