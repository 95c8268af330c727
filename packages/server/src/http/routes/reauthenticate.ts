import { Hono } from 'hono'
import { z } from 'zod'
import { renewSession } from '../../sessions/renew-session.ts'
import { toSession } from '../../sessions/session.ts'
import type { ServerEnv } from '../api-headers.ts'
import { originOf } from '../device.ts'
import { Problem } from '../problem.ts'
import { readBody } from '../read-body.ts'
import type { Services } from '../services.ts'
import { tokenDocument } from '../token-document.ts'

const reauthenticateBody = z.object({ password: z.string().min(1) })

/** `POST /reauthenticate`: the password again, for what must not be done by whoever found the device. */
export const reauthenticateRoutes = ({
  settings,
  authenticate,
  users,
  issuer,
  limiter,
  emit,
}: Services) =>
  new Hono<ServerEnv>().post('/reauthenticate', async c => {
    const { user, session } = await authenticate(c.req.raw)
    const { password } = await readBody(c, reauthenticateBody)
    const about = { ...originOf(c), userId: user.id, sessionId: session.id }
    const account = `${user.email} ${about.ip}`
    await limiter.consume('address', `${about.ip}`)
    await limiter.consume('account', account)

    if (!(await users.authenticate(user.email, password))) {
      await emit({ kind: 'reauthentication-failed', ...about })
      throw new Problem('invalid_credentials')
    }
    await limiter.clear('account', account)
    const renewed = await renewSession(settings, session.id)
    if (!renewed) throw new Problem('session_revoked') // ended while the password was checked
    await emit({ kind: 'reauthenticated', ...about })
    const current = toSession(renewed.session)
    const pair = await issuer.issue(user, current, renewed.session.gen, renewed.secret)
    return c.json(tokenDocument(user, current, pair))
  })
