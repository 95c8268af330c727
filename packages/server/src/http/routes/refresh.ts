import { Hono } from 'hono'
import { z } from 'zod'
import { rotate } from '../../sessions/rotation.ts'
import { toSession, toUser } from '../../sessions/session.ts'
import type { ServerEnv } from '../api-headers.ts'
import { clientOf } from '../client-of.ts'
import { originOf } from '../device.ts'
import { Problem } from '../problem.ts'
import { readBody } from '../read-body.ts'
import type { Services } from '../services.ts'
import { tokenDocument } from '../token-document.ts'

const refreshBody = z.object({ refresh_token: z.string() })

const eventOf = { rotated: 'refreshed', replayed: 'replayed', recovered: 'recovered' } as const

/** `POST /refresh`. */
export const refreshRoutes = ({ settings, issuer, limiter, emit }: Services) =>
  new Hono<ServerEnv>().post('/refresh', async c => {
    const client = clientOf(c, settings.clients)
    const body = await readBody(c, refreshBody)
    const origin = originOf(c)

    const token = issuer.readRefresh(body.refresh_token)
    if (!token) {
      await emit({ kind: 'refresh-refused', ...origin, data: { code: 'invalid_refresh_token' } })
      throw new Problem('invalid_refresh_token')
    }
    await limiter.consume('refresh', token.sessionId)

    const outcome = await rotate(settings, token, client)
    const about = {
      ...origin,
      sessionId: token.sessionId,
      userId: 'session' in outcome ? outcome.session.user_id : null,
    }
    switch (outcome.is) {
      case 'rotated':
      case 'replayed':
      case 'recovered': {
        const session = toSession(outcome.session)
        const user = toUser(outcome.session)
        await emit({
          ...about,
          kind: eventOf[outcome.is],
          data: { generation: outcome.session.gen },
        })
        const pair = await issuer.issue(user, session, outcome.session.gen, token.secret)
        return c.json(tokenDocument(user, session, pair, outcome.is))
      }
      case 'theft':
        await emit({ ...about, kind: 'reuse-detected', data: { generation: token.generation } })
        throw new Problem('refresh_token_reused', { reason: 'reuse_detected' })
      case 'ahead':
        // Only possible after the database lost writes: worth an alarm.
        await emit({ ...about, kind: 'generation-ahead', data: { generation: token.generation } })
        throw new Problem('invalid_refresh_token')
      case 'ended': {
        const { revoke_reason: reason } = outcome.session
        await emit({ ...about, kind: 'refresh-refused', data: { code: outcome.code } })
        throw new Problem(outcome.code, reason === null ? {} : { reason })
      }
      case 'unknown':
        await emit({ ...about, kind: 'refresh-refused', data: { code: 'invalid_refresh_token' } })
        throw new Problem('invalid_refresh_token')
      case 'busy':
        throw new Problem('temporarily_unavailable')
    }
  })
