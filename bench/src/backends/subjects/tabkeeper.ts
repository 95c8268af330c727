import { defaultTenantId } from '../../../../packages/server/src/database/migrations.ts'
import {
  createAuthServer,
  defaultClients,
  generateKeys,
  openDatabase,
} from '../../../../packages/server/src/index.ts'
import { listen } from '../../../../packages/server/src/node/index.ts'
import { mintAccessToken } from '../../../../packages/server/src/tokens/access-token.ts'
import { mintRefreshToken } from '../../../../packages/server/src/tokens/refresh-token.ts'
import { getText } from '../http-text.ts'
import { obey } from './subject.ts'
import { type FilledSession, filledSession, fillSessions } from './tabkeeper-rows.ts'

const names = { issuer: 'tabkeeper', audience: 'tabkeeper' }

/**
 * As its README shows it: the endpoints, and `verify` in front of what is guarded. All limits are on, and it
 * is served as `tabkeeper-server serve` does.
 */
obey(async options => {
  const { databaseUrl, sessions } = options
  const keys = await generateKeys()
  const database = await openDatabase({ url: databaseUrl })
  const till = { ...defaultClients.default, transport: 'cookie' } as const
  const auth = await createAuthServer({ database, keys, clients: { ...defaultClients, till } })
  await fillSessions(options)

  const { port } = await listen({
    port: 0,
    hostname: '127.0.0.1',
    replaceGlobals: true,
    async fetch(request, host) {
      if (new URL(request.url).pathname.startsWith('/api/auth/')) return auth.fetch(request, host)
      const verified = await auth.verify(request, host)
      return verified instanceof Response ? verified : Response.json({ id: verified.user.id })
    },
  })

  /** So many of a kind, from all over the table. */
  const spread = (count: number, kind: 'cookie' | 'bearer'): readonly FilledSession[] => {
    const step = sessions / 2 / count
    return Array.from({ length: count }, (_, i) =>
      filledSession(2 * Math.floor(i * step) + (kind === 'cookie' ? 1 : 2), sessions),
    )
  }
  const refreshToken = ({ id, secret }: FilledSession) =>
    mintRefreshToken(keys.refresh, { sessionId: id, generation: 0, secret })
  const accessToken = ({ id, userId }: FilledSession) => {
    const now = Date.now()
    const about = { sessionId: id, userId, generation: 0, tenantId: defaultTenantId }
    const claims = { ...about, clientId: 'default', authTime: now }
    return mintAccessToken(keys.access, names, claims, { from: now, seconds: 1800 })
  }
  /** Sessions that were not refreshed yet come from the end. */
  let last = sessions
  return {
    port,
    requests: {
      cookie: async count =>
        spread(count, 'cookie').map(session =>
          getText('/api/orders', { Cookie: `__Host-tabkeeper_till=${refreshToken(session)}` }),
        ),
      'access token': async count =>
        Promise.all(
          spread(count, 'bearer').map(async session =>
            getText('/api/orders', { Authorization: `Bearer ${await accessToken(session)}` }),
          ),
        ),
    },
    refreshTokens: {
      async 'an access token'(count) {
        const from = last
        last -= 2 * count
        return Array.from({ length: count }, (_, i) =>
          refreshToken(filledSession(from - 2 * i, sessions)),
        )
      },
    },
  }
})
