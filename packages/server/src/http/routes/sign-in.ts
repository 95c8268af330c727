import { type Context, Hono } from 'hono'
import { loginBody, registerBody } from '../../contract/requests.ts'
import { counted, countedAttempt } from '../../limits/counted.ts'
import { countedAddress } from '../../limits/counted-address.ts'
import { isNewDevice } from '../../sessions/new-device.ts'
import type { User } from '../../sessions/session.ts'
import { PasswordChanged } from '../../sessions/session-store.ts'
import type { ServerEnv } from '../api-headers.ts'
import { deviceLabel, originOf } from '../device.ts'
import { Problem, schemeOf } from '../problem.ts'
import { readBody } from '../read-body.ts'
import type { Services } from '../services.ts'

/** `POST /login` and `POST /register`. */
export function signInRoutes({
  settings,
  store,
  users,
  presented,
  cookies,
  clientOf,
  handOver,
  limiter,
  emit,
  registration,
}: Services) {
  return new Hono<ServerEnv>()
    .post('/login', async c => {
      const client = clientOf(c)
      const body = await readBody(c, loginBody)
      const name = body.email ?? body.username ?? ''
      const origin = originOf(c)
      const attempt = { email: name, ip: origin.ip }
      const proven = await countedAttempt(limiter, attempt, () => users.prove(name, body.password))
      try {
        if (proven) return await signIn(c, proven, client.clientId, body, 'login')
      } catch (error) {
        if (!(error instanceof PasswordChanged)) throw error
      }
      await emit({ kind: 'login-failed', ...origin })
      throw new Problem('invalid_credentials', { scheme: schemeOf(client.transport) })
    })
    .post('/register', async c => {
      const client = clientOf(c)
      const body = await readBody(c, registerBody)
      if (!registration) throw new Problem('forbidden', { detail: 'Registration is closed.' })
      const { role } = registration
      const created = await counted(limiter, [['address', countedAddress(originOf(c).ip)]], () =>
        users.create({ ...body, role }),
      )
      if (created.is === 'email-taken') throw new Problem('email_taken')
      if (created.is === 'password-rejected') {
        throw new Problem('password_rejected', { reasons: created.reasons })
      }
      return signIn(c, created, client.clientId, body, 'registered')
    })

  /** @throws {PasswordChanged} for a user whose password was proven */
  async function signIn(
    c: Context<ServerEnv>,
    { user, passwordHash }: { readonly user: User; readonly passwordHash?: string },
    clientId: string,
    options: { remember?: boolean | undefined; device_label?: string | undefined },
    kind: 'login' | 'registered',
  ) {
    const origin = originOf(c)
    await endPresented(c, clientId)
    const device = deviceLabel(origin.userAgent)
    const created = await store.createSession({
      userId: user.id,
      clientId,
      remember: options.remember ?? false,
      deviceLabel: options.device_label ?? device,
      passwordHash,
      ...origin,
    })
    if (!created) {
      await emit({ kind: 'login-refused', userId: user.id, ...origin })
      throw new Problem('session_limit')
    }
    const { session, secret } = created
    const about = { userId: user.id, sessionId: session.id, ...origin }
    await emit({ kind, ...about })
    if (await isNewDevice(settings, user.id, device ?? 'Unknown device')) {
      await emit({ kind: 'new-device', ...about, data: { device: device ?? 'Unknown device' } })
    }
    const status = kind === 'registered' ? 201 : 200
    return handOver(c, { user, session, generation: 0, secret }, status)
  }

  /** A session that comes along with a login is over: nobody can be made to go on in a planted one. */
  async function endPresented(c: Context<ServerEnv>, clientId: string): Promise<void> {
    const ids = await Promise.all([
      presented.byAccessToken(c.req.raw),
      presented.byRefreshToken(cookies.read(c.req.raw, clientId)),
    ])
    for (const id of new Set(ids)) {
      if (id !== undefined) await store.revokeSession(id, { reason: 'replaced', by: originOf(c) })
    }
  }
}
