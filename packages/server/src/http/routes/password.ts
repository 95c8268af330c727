import { type Context, Hono } from 'hono'
import { passwordBody, reauthenticateBody } from '../../contract/requests.ts'
import { countedAttempt } from '../../limits/counted.ts'
import { renewSession } from '../../sessions/renew-session.ts'
import { toSession } from '../../sessions/session.ts'
import { judgePassword } from '../../users/password-rules.ts'
import type { ProvenUser } from '../../users/user-store.ts'
import type { ServerEnv } from '../api-headers.ts'
import type { Verified } from '../authenticate.ts'
import { originOf } from '../device.ts'
import { Problem, schemeOf } from '../problem.ts'
import { readBody } from '../read-body.ts'
import type { Services } from '../services.ts'

type Failure = 'reauthentication-failed' | 'password-change-failed'

/**
 * `POST /reauthenticate`: the password again, for what must not be done by whoever found the device.
 * `POST /password`: another password. Both give the session a new secret.
 */
export function passwordRoutes(services: Services) {
  const { settings, authenticate, requireRecent, users, store, handOver, limiter, emit } = services

  return new Hono<ServerEnv>()
    .post('/reauthenticate', async c => {
      const verified = await authenticate(c.req.raw, c.env)
      const { password } = await readBody(c, reauthenticateBody)
      await provePassword(c, verified, password, 'reauthentication-failed')
      return renew(c, verified, 'reauthenticated')
    })
    .post('/password', async c => {
      const verified = await authenticate(c.req.raw, c.env)
      const { user, session } = verified
      const body = await readBody(c, passwordBody)
      requireRecent(verified)
      const failure = 'password-change-failed'
      const proven = await provePassword(c, verified, body.current_password, failure)
      const reasons = judgePassword(body.new_password, user.email)
      if (reasons.length > 0) throw new Problem('password_rejected', { reasons })

      // Two that know the password change it at once: only one of them still knew it.
      if (!(await users.setPassword(user.id, body.new_password, proven.passwordHash))) {
        throw await refuse(c, verified, failure)
      }
      // After the password, so that nobody who came in with the old one in between is left.
      if (body.revoke_others) {
        const options = { reason: 'password_changed', except: session.id, by: originOf(c) }
        await store.revokeUserSessions(user.id, options)
      }
      return renew(c, verified, 'password-changed')
    })

  /** @throws {Problem} 401 `invalid_credentials`, which does not end the session, or 429 */
  async function provePassword(
    c: Context<ServerEnv>,
    verified: Verified,
    password: string,
    failure: Failure,
  ): Promise<ProvenUser> {
    const { id, email } = verified.user
    const attempt = { email, ip: c.env?.ip ?? null }
    const proven = await countedAttempt(limiter, attempt, () => users.prove(email, password))
    if (proven?.user.id !== id) throw await refuse(c, verified, failure)
    return proven
  }

  async function refuse(
    c: Context<ServerEnv>,
    verified: Verified,
    failure: Failure,
  ): Promise<Problem> {
    await emit({ kind: failure, ...about(c, verified) })
    return new Problem('invalid_credentials', { scheme: schemeOf(verified.session.transport) })
  }

  async function renew(
    c: Context<ServerEnv>,
    verified: Verified,
    kind: 'reauthenticated' | 'password-changed',
  ) {
    const { user, session } = verified
    const renewed = await renewSession(settings, session.id)
    // It may have ended while the password was checked; another password is one all the same.
    if (renewed || kind === 'password-changed') await emit({ kind, ...about(c, verified) })
    if (!renewed) throw new Problem('session_revoked', { scheme: schemeOf(session.transport) })
    return handOver(c, {
      user,
      session: toSession(renewed.session),
      generation: renewed.session.gen,
      secret: renewed.secret,
    })
  }
}

const about = (c: Context<ServerEnv>, { user, session }: Verified) => ({
  ...originOf(c),
  userId: user.id,
  sessionId: session.id,
})
