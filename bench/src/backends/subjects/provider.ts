import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import Provider, { type AdapterFactory } from 'oidc-provider'
import type { Subject } from './subject.ts'

const resource = 'https://bar.example/api'

/**
 * oidc-provider with a public client, so that each refresh rotates, and no ID token. Access tokens are opaque,
 * as they are by default, or JWTs of RFC 9068 signed with ES256, as ours are.
 */
export async function startProvider(adapter: AdapterFactory): Promise<Subject> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...privateKey.export({ format: 'jwk' }), kty: 'EC' as const, alg: 'ES256' }
  const provider = new Provider(`http://localhost:${port}`, {
    adapter,
    jwks: { keys: [jwk] },
    clients: [
      {
        client_id: 'bench',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['https://bar.example/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: { AccessToken: 1800, RefreshToken: 604_800, Grant: 2_592_000 },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'orders',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 1800,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  })
  server.on('request', provider.callback())

  /** Refresh tokens of as many users, each with a grant of its own. */
  const tokens = (forResource: boolean) => async (count: number) => {
    const client = await provider.Client.find('bench')
    if (!client) throw new Error('No client')
    return Promise.all(
      Array.from({ length: count }, async () => {
        const accountId = randomUUID()
        const grant = new provider.Grant({ accountId, clientId: 'bench' })
        grant.addOIDCScope('offline_access')
        if (forResource) grant.addResourceScope(resource, 'orders')
        const token = new provider.RefreshToken({
          accountId,
          client,
          grantId: await grant.save(),
          gty: 'authorization_code',
          scope: forResource ? 'offline_access orders' : 'offline_access',
          ...(forResource && { resource }),
        })
        return token.save()
      }),
    )
  }
  return {
    port,
    requests: {},
    refreshTokens: { 'an opaque token': tokens(false), 'an access token': tokens(true) },
  }
}
