import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { User } from '../../sessions/session.ts'
import type { ServerEnv } from '../api-headers.ts'
import { bearerToken } from '../authenticate.ts'
import { clientOf } from '../client-of.ts'
import { deviceLabel, originOf } from '../device.ts'
import { Problem } from '../problem.ts'
import { readBody } from '../read-body.ts'
import type { Services } from '../services.ts'
import { tokenDocument } from '../token-document.ts'

const session = {
  remember: z.boolean().optional(),
  device_label: z.string().trim().min(1).max(100).optional(),
}

const loginBody = z
  .object({
    email: z.string().min(1).max(320).optional(),
    username: z.string().min(1).max(320).optional(),
    password: z.string().min(1),
    ...session,
  })
  .refine(body => body.email ?? body.username, { message: 'needs "email" or "username"' })

const registerBody = z.object({
  email: z.email().max(320),
  password: z.string(),
  name: z.string().trim().min(1).max(100).optional(),
  ...session,
})

/** `POST /login` and `POST /register`. */
export function signInRoutes({
  settings,
  store,
  users,
  issuer,
  limiter,
  emit,
  registration,
}: Services) {
  return new Hono<ServerEnv>()
    .post('/login', async c => {
      const client = clientOf(c, settings.clients)
      const body = await readBody(c, loginBody)
      const name = body.email ?? body.username ?? ''
      const origin = originOf(c)
      const account = `${name.trim().toLowerCase()} ${origin.ip}`
      await limiter.consume('address', `${origin.ip}`)
      await limiter.consume('account', account)

      const user = await users.authenticate(name, body.password)
      if (!user) {
        await emit({ kind: 'login-failed', ...origin })
        throw new Problem('invalid_credentials')
      }
      await limiter.clear('account', account)
      await endPresented(c)
      return c.json(await signIn(c, user, client, body, 'login'))
    })
    .post('/register', async c => {
      const client = clientOf(c, settings.clients)
      const body = await readBody(c, registerBody)
      if (!registration) throw new Problem('forbidden', { detail: 'Registration is closed.' })
      await limiter.consume('address', `${originOf(c).ip}`)

      const created = await users.create({ ...body, role: registration.role })
      if (created.is === 'email-taken') throw new Problem('email_taken')
      if (created.is === 'password-rejected') {
        throw new Problem('password_rejected', { reasons: created.reasons })
      }
      return c.json(await signIn(c, created.user, client, body, 'registered'), 201)
    })

  async function signIn(
    c: Context<ServerEnv>,
    user: User,
    clientId: string,
    options: { remember?: boolean | undefined; device_label?: string | undefined },
    kind: 'login' | 'registered',
  ) {
    const origin = originOf(c)
    const { session, secret } = await store.createSession({
      userId: user.id,
      clientId,
      remember: options.remember ?? false,
      deviceLabel: options.device_label ?? deviceLabel(origin.userAgent),
      ...origin,
    })
    await emit({ kind, userId: user.id, sessionId: session.id, ...origin })
    return tokenDocument(user, session, await issuer.issue(user, session, 0, secret))
  }

  /** A session that comes along with a login is over: nobody can be made to go on in a planted one. */
  async function endPresented(c: Context<ServerEnv>): Promise<void> {
    const claims = await issuer.readAccess(bearerToken(c.req.raw) ?? '')
    if (!claims) return
    await store.revokeSession(claims.sessionId, { reason: 'replaced', by: originOf(c) })
  }
}
