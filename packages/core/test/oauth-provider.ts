import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider'

export const CLIENT_ID = 'bar-admin'
/** Seconds. */
export const ACCESS_TOKEN_TTL = 600

const REDIRECT_URI = 'https://bar.test/signed-in'
const SCOPE = 'openid offline_access'

export interface TokenPair {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
}

/** The `oidc-provider` package on a port of this machine, with one user who agrees to everything. */
export interface OAuthProvider extends AsyncDisposable {
  readonly tokenUrl: string
  readonly revocationUrl: string
  /** What refreshes came to, in order: `granted`, or what the provider notes about a refusal. */
  readonly refreshes: readonly string[]
  /** Signs in by the authorization code flow with PKCE, as an app would that then calls `session.adopt`. */
  signIn(): Promise<TokenPair>
  /** Spends a refresh token behind the app's back; the status of the answer. */
  spend(refreshToken: string): Promise<number>
  /** Whether the userinfo endpoint takes the access token. */
  accepts(accessToken: string): Promise<boolean>
  /** How many refresh tokens there are that were neither used up nor revoked. */
  live(): number
  /** Nothing listens any more; what was stored stays. */
  goDown(): Promise<void>
  comeBack(): Promise<void>
}

export async function serveProvider({ rotate }: { rotate: boolean }): Promise<OAuthProvider> {
  const server = createServer()
  const listen = (port: number) =>
    new Promise<void>(done => server.listen(port, '127.0.0.1', () => done()))
  await listen(0)
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const refreshTokens: Table = new Map()
  const provider = createProvider(issuer, rotate, new Map([['RefreshToken', refreshTokens]]))
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) void agree(provider, request, response)
    else void answer(request, response)
  })

  const refreshes: string[] = []
  provider.on('grant.success', ({ oidc }) => {
    if (oidc.params?.grant_type === 'refresh_token') refreshes.push('granted')
  })
  provider.on('grant.error', (_, error) => refreshes.push(error.error_detail ?? error.message))

  const tokenUrl = `${issuer}/token`
  const post = (form: Record<string, string>) =>
    fetch(tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({ ...form, client_id: CLIENT_ID }),
    })
  const goDown = () =>
    new Promise<void>(done => {
      server.close(() => done())
      server.closeAllConnections()
    })

  return {
    tokenUrl,
    revocationUrl: `${issuer}/token/revocation`,
    refreshes,
    async signIn() {
      const verifier = randomBytes(32).toString('base64url')
      const code = await authorize(
        issuer,
        createHash('sha256').update(verifier).digest('base64url'),
      )
      const answer = await post({
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT_URI,
        code_verifier: verifier,
      })
      return answer.json()
    },
    async spend(refreshToken) {
      const answer = await post({ grant_type: 'refresh_token', refresh_token: refreshToken })
      await answer.arrayBuffer()
      return answer.status
    },
    async accepts(accessToken) {
      const headers = { authorization: `Bearer ${accessToken}` }
      const answer = await fetch(`${issuer}/me`, { headers })
      await answer.arrayBuffer()
      return answer.ok
    },
    live: () => [...refreshTokens.values()].filter(({ consumed }) => !consumed).length,
    goDown,
    comeBack: () => listen(port),
    [Symbol.asyncDispose]: goDown,
  }
}

function createProvider(issuer: string, rotate: boolean, tables: Map<string, Table>): Provider {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const day = 86_400
  return new Provider(issuer, {
    adapter: memoryAdapter(tables),
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [REDIRECT_URI],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    cookies: { keys: [randomBytes(32).toString('hex')] },
    features: {
      devInteractions: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_, client, token) => token.clientId === client.clientId,
      },
    },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    jwks: { keys: [privateKey.export({ format: 'jwk' })] },
    rotateRefreshToken: rotate,
    ttl: {
      AccessToken: ACCESS_TOKEN_TTL,
      RefreshToken: day,
      IdToken: day,
      Grant: day,
      Session: day,
      Interaction: day,
    },
  })
}

/** The user behind every page that the provider would show: gives a name, then consents. */
async function agree(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, session } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId: 'ada' } })
  const grant = new provider.Grant({ clientId: CLIENT_ID, accountId: session?.accountId ?? '' })
  grant.addOIDCScope(SCOPE)
  await provider.interactionFinished(request, response, {
    consent: { grantId: await grant.save() },
  })
}

/** Follows the redirects of the authorization endpoint as a browser does, up to the app's own page. */
async function authorize(issuer: string, codeChallenge: string): Promise<string> {
  const cookies = new Map<string, string>()
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    prompt: 'consent',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  })
  let url = new URL(`/auth?${query}`, issuer)
  while (url.origin === issuer) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null)
      throw new Error(`${url.pathname}: ${answer.status} ${await answer.text()}`)
    url = new URL(location, url)
  }
  const code = url.searchParams.get('code')
  if (code === null) throw new Error(`The provider sent no code: ${url}`)
  return code
}

type Table = Map<string, AdapterPayload>

/** The provider's storage: one table for each kind of thing. */
function memoryAdapter(tables: Map<string, Table>): (kind: string) => Adapter {
  return kind => {
    const table: Table = tables.get(kind) ?? new Map()
    tables.set(kind, table)
    return {
      upsert: async (id, payload) => void table.set(id, payload),
      find: async id => table.get(id),
      findByUid: async uid => [...table.values()].find(payload => payload.uid === uid),
      findByUserCode: async () => undefined,
      destroy: async id => void table.delete(id),
      async consume(id) {
        const payload = table.get(id)
        if (payload) table.set(id, { ...payload, consumed: Math.floor(Date.now() / 1000) })
      },
      async revokeByGrantId(grantId) {
        for (const [id, payload] of table) if (payload.grantId === grantId) table.delete(id)
      },
    }
  }
}
