import { type Context, Hono } from 'hono'
import { logoutAllBody, logoutBody } from '../../contract/requests.ts'
import type { ServerEnv } from '../api-headers.ts'
import { originOf } from '../device.ts'
import { readBody } from '../read-body.ts'
import type { Services } from '../services.ts'

/** `POST /logout` and `POST /logout-all`. */
export const signOutRoutes = (services: Services) =>
  new Hono<ServerEnv>()
    .post('/logout', async c => {
      const { clientId, transport } = services.clientOf(c)
      const { refresh_token, session_id } = await readBody(c, logoutBody)
      const { presented, cookies } = services
      const ofCookie = await presented.byRefreshToken(cookies.read(c.req.raw, clientId))
      const sessionId =
        (transport === 'bearer' ? await presented.byRefreshToken(refresh_token) : undefined) ??
        (await presented.byAccessToken(c.req.raw)) ??
        // Whoever says which session is meant does not know whose cookie the browser has by now.
        ((session_id ?? ofCookie) === ofCookie ? ofCookie : undefined)
      if (sessionId !== undefined) await endSession(services, c, sessionId)
      // A late sign-out of an earlier session leaves the cookie of the present one alone.
      if (transport !== 'bearer' && (ofCookie ?? sessionId) === sessionId) {
        c.header('Set-Cookie', cookies.clear(clientId))
      }
      // The same answer whatever was presented, known or not (RFC 7009 §2.2).
      c.header('Clear-Site-Data', '"cache"')
      return c.json({ message: 'Signed out.' })
    })
    .post('/logout-all', async c => {
      const verified = await services.authenticate(c.req.raw, c.env)
      const { keep_current: keep = false } = await readBody(c, logoutAllBody)
      services.requireRecent(verified)
      const revoked = await services.store.revokeUserSessions(verified.user.id, {
        reason: 'logout_all',
        by: originOf(c),
        ...(keep && { except: verified.session.id }),
      })
      if (!keep) takeBack(services, c, verified.session)
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

/** Removes what the browser keeps of a session that has ended. */
export function takeBack(
  { cookies }: Services,
  c: Context<ServerEnv>,
  { clientId, transport }: { clientId: string; transport: string },
): void {
  c.header('Clear-Site-Data', '"cache"')
  if (transport !== 'bearer') c.header('Set-Cookie', cookies.clear(clientId))
}
