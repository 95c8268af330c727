import { Hono } from 'hono'
import { z } from 'zod'
import { sessionsQuery } from '../../contract/requests.ts'
import type { ServerEnv } from '../api-headers.ts'
import { originOf } from '../device.ts'
import { sessionDocument, userDocument } from '../documents.ts'
import { Problem } from '../problem.ts'
import { readQuery } from '../read-body.ts'
import type { Services } from '../services.ts'
import { endSession, takeBack } from './sign-out.ts'

/** `GET /me`, `GET /sessions` and `DELETE /sessions/:id`. */
export const sessionRoutes = (services: Services) =>
  new Hono<ServerEnv>()
    .get('/me', async c => {
      const { user, session } = await services.authenticate(c.req.raw, c.env)
      return c.json({ user: userDocument(user), session: sessionDocument(session, session.id) })
    })
    .get('/sessions', async c => {
      const { user, session } = await services.authenticate(c.req.raw, c.env)
      await services.limiter.consume('list', session.id)
      const page = await services.store.listUserSessions(user.id, readQuery(c, sessionsQuery))
      return c.json({
        sessions: page.sessions.map(one => sessionDocument(one, session.id)),
        total: page.total,
        next_cursor: page.nextCursor,
      })
    })
    .delete('/sessions/:id', async c => {
      const verified = await services.authenticate(c.req.raw, c.env)
      const id = z.uuid().safeParse(c.req.param('id')).data
      if (id === verified.session.id) {
        await endSession(services, c, id)
        takeBack(services, c, verified.session)
        return c.body(null, 204)
      }
      services.requireRecent(verified)
      // Somebody else's session and none at all are the same answer: ids are not secrets.
      const found =
        id !== undefined &&
        (await services.store.revokeSession(id, { userId: verified.user.id, by: originOf(c) }))
      if (!found || found === 'not-found') throw new Problem('session_not_found')
      return c.body(null, 204)
    })
