import { type Context, Hono } from 'hono'
import { refreshBody, refreshByCookieBody } from '../../contract/requests.ts'
import type { Origin } from '../../events/auth-event.ts'
import { keptAddress } from '../../events/kept-address.ts'
import { counted } from '../../limits/counted.ts'
import type { Holder } from '../../sessions/judge.ts'
import { rotate } from '../../sessions/rotation.ts'
import { toSession, toUser } from '../../sessions/session.ts'
import type { ServerEnv } from '../api-headers.ts'
import { originOf } from '../device.ts'
import { Problem, type ProblemCode, type ProblemDetails, schemeOf } from '../problem.ts'
import { readBody } from '../read-body.ts'
import type { Services } from '../services.ts'

const eventOf = { rotated: 'refreshed', replayed: 'replayed', recovered: 'recovered' } as const

/** `POST /refresh`. */
export function refreshRoutes({
  settings,
  readRefresh,
  limiter,
  emit,
  cookies,
  clientOf,
  handOver,
}: Services) {
  return new Hono<ServerEnv>().post('/refresh', async c => {
    const holder = clientOf(c)
    const text = await readToken(c, holder)
    const origin = originOf(c)
    const refuse = (code: ProblemCode, details: ProblemDetails = {}) =>
      new Problem(code, {
        ...details,
        scheme: schemeOf(holder.transport),
        ...(holder.transport !== 'bearer' && { setCookie: cookies.clear(holder.clientId) }),
      })

    if (text === null) throw refuse('not_authenticated')
    const token = await readRefresh(text)
    if (!token) {
      await emit({ kind: 'refresh-refused', ...origin, data: { code: 'invalid_refresh_token' } })
      throw refuse('invalid_refresh_token')
    }
    const outcome = await counted(limiter, [['refresh', token.sessionId]], async () => {
      const outcome = await rotate(settings, token, holder)
      if (outcome.is === 'busy') throw new Problem('temporarily_unavailable')
      return outcome
    })
    const about = {
      ...origin,
      sessionId: token.sessionId,
      userId: 'session' in outcome ? outcome.session.user_id : null,
    }
    switch (outcome.is) {
      case 'rotated':
      case 'replayed':
      case 'recovered': {
        const generation = outcome.session.gen
        const elsewhere = outcome.is === 'replayed' && isElsewhere(outcome.session, origin)
        const data = { generation, ...(elsewhere && { elsewhere }) }
        await emit({ ...about, kind: eventOf[outcome.is], data })
        return handOver(c, {
          user: toUser(outcome.session),
          session: toSession(outcome.session),
          generation,
          secret: token.secret,
          rotation: outcome.is,
        })
      }
      case 'theft':
        await emit({ ...about, kind: 'reuse-detected', data: { generation: token.generation } })
        throw refuse('refresh_token_reused', { reason: 'reuse_detected' })
      case 'ahead':
        // Only possible after the database lost writes: worth an alarm.
        await emit({ ...about, kind: 'generation-ahead', data: { generation: token.generation } })
        throw refuse('invalid_refresh_token')
      case 'ended': {
        const { revoke_reason: reason } = outcome.session
        await emit({ ...about, kind: 'refresh-refused', data: { code: outcome.code } })
        throw refuse(outcome.code, reason === null ? {} : { reason })
      }
      case 'unknown':
        await emit({ ...about, kind: 'refresh-refused', data: { code: 'invalid_refresh_token' } })
        throw refuse('invalid_refresh_token')
    }
  })

  async function readToken(
    c: Context<ServerEnv>,
    { clientId, transport }: Holder,
  ): Promise<string | null> {
    if (transport === 'bearer') return (await readBody(c, refreshBody)).refresh_token
    await readBody(c, refreshByCookieBody)
    return cookies.read(c.req.raw, clientId)
  }
}

/**
 * Whether a repeated refresh comes from another program or another network than the sign-in. Inside the
 * grace it gets its answer: one's own phone may have changed networks. It is written down, because a thief
 * who repeats each refresh in time is seen in no other way.
 */
function isElsewhere(
  { user_agent, ip }: { user_agent: string | null; ip: string | null },
  origin: Origin,
): boolean {
  const networks = [ip, origin.ip].map(one => keptAddress(one, 'truncated'))
  return (
    (user_agent !== null && origin.userAgent !== user_agent) ||
    (networks[0] !== null && networks[0] !== networks[1])
  )
}
