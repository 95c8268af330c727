import { Auth0Client } from '@auth0/auth0-spa-js'
import { API, CLIENT_ID, type Client, type Tokens } from './peer.ts'

const SCOPE = 'openid profile email offline_access'

export function seed(tokens: Tokens): void {
  const { accessToken, refreshToken, idToken, lifetime, receivedAt } = tokens
  const key = `@@auth0spajs@@::${CLIENT_ID}`
  const entry = {
    body: {
      access_token: accessToken,
      refresh_token: refreshToken,
      client_id: CLIENT_ID,
      audience: 'default',
      scope: SCOPE,
      expires_in: lifetime,
      token_type: 'Bearer',
    },
    expiresAt: Math.floor(receivedAt / 1000) + lifetime,
  }
  const user = { id_token: idToken, decodedToken: { claims: { sub: 'ada' }, user: { sub: 'ada' } } }
  localStorage.setItem(`${key}::default::${SCOPE}`, JSON.stringify(entry))
  localStorage.setItem(`${key}::@@user@@`, JSON.stringify(user))
}

/** Refresh tokens kept in localStorage, so that a session outlives a reload, as its documents advise for it. */
export function open(origin: string): Client {
  const auth0 = new Auth0Client({
    domain: origin,
    clientId: CLIENT_ID,
    useRefreshTokens: true,
    cacheLocation: 'localstorage',
  })
  const orders = origin + API
  return {
    async request() {
      const headers = { Authorization: `Bearer ${await auth0.getTokenSilently()}` }
      return (await fetch(orders, { headers })).status
    },
    signOut: () => auth0.logout({ openUrl: false }),
  }
}
