import { randomUUID } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { toNodeHandler } from 'better-auth/node'
import { bearer, jwt } from 'better-auth/plugins'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { betterAuthEndpoint } from './better-auth-endpoint.ts'
import { serve } from './serve.ts'
import { ADA, type Facts, type ThirdParty } from './third-party.ts'

export const facts: Facts = {
  name: 'better-auth',
  madeOf: '`better-auth` with its plugins `bearer` and `jwt`',
  refreshesOfFourTabs: 1,
  accessEndsAtSignOut: false,
  refreshEndsAtSignOut: true,
}

/** The server's clock is not turned: what it gives within a second would otherwise be the same token. */
const definePayload = ({ user }: { user: { id: string } }) => ({ sub: user.id, jti: randomUUID() })

export async function serveBetterAuth(): Promise<ThirdParty> {
  const tables: Record<string, Record<string, unknown>[]> = {
    user: [],
    session: [],
    account: [],
    verification: [],
    jwks: [],
  }
  let refreshes = 0
  const served = await serve(origin => {
    const auth = betterAuth({
      baseURL: origin,
      secret: 'a secret of the tests, and of nobody else',
      database: memoryAdapter(tables),
      emailAndPassword: {
        enabled: true,
        // Its own hash is dear, and is not what this is about.
        password: {
          hash: async text => text,
          verify: async ({ hash, password }) => hash === password,
        },
      },
      plugins: [bearer(), jwt({ jwt: { expirationTime: '10m', definePayload } })],
      rateLimit: { enabled: false },
      telemetry: { enabled: false },
      logger: { disabled: true },
    })
    const answer = toNodeHandler(auth)
    return (request, response) => {
      if (request.url === '/api/auth/token') refreshes++
      void answer(request, response)
    }
  })
  const authUrl = `${served.origin}/api/auth`
  const signUp = await fetch(`${authUrl}/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...ADA, name: 'Ada' }),
  })
  if (!signUp.ok) throw new Error(`sign-up: ${signUp.status} ${await signUp.text()}`)
  const keys = createRemoteJWKSet(new URL(`${authUrl}/jwks`))

  return {
    ...served,
    endpoint: fetch => betterAuthEndpoint(authUrl, fetch),
    refreshes: () => refreshes,
    accepts: token =>
      jwtVerify(token, keys).then(
        () => true,
        () => false,
      ),
    async honours(token) {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${authUrl}/token`, { headers })).ok
    },
    async endSessions() {
      tables.session?.splice(0)
    },
  }
}
