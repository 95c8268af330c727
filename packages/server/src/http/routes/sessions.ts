import { Hono } from 'hono'
import { z } from 'zod'
import type { ServerEnv } from '../api-headers.ts'
import { originOf } from '../device.ts'
import { sessionDocument, userDocument } from '../documents.ts'
import { Problem } from '../problem.ts'
import { explain } from '../read-body.ts'
import type { Services } from '../services.ts'
import { endSession } from './sign-out.ts'

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().optional(),
})

/** `GET /me`, `GET /sessions` and `DELETE /sessions/:id`. */
export const sessionRoutes = (services: Services) =>
  new Hono<ServerEnv>()
    .get('/me', async c => {
      const { user, session } = await services.authenticate(c.req.raw)
      return c.json({ user: userDocument(user), session: sessionDocument(session, session.id) })
    })
    .get('/sessions', async c => {
      const { user, session } = await services.authenticate(c.req.raw)
      await services.limiter.consume('list', session.id)
      const query = listQuery.safeParse(c.req.query())
      if (!query.success) throw new Problem('invalid_request', { detail: explain(query.error) })
      const page = await services.store.listUserSessions(user.id, query.data)
      return c.json({
        sessions: page.sessions.map(one => sessionDocument(one, session.id)),
        total: page.total,
        next_cursor: page.nextCursor,
      })
    })
    .delete('/sessions/:id', async c => {
      const verified = await services.authenticate(c.req.raw)
      const id = z.uuid().safeParse(c.req.param('id')).data
      if (id === verified.session.id) {
        await endSession(services, c, id)
        c.header('Clear-Site-Data', '"cache"')
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
