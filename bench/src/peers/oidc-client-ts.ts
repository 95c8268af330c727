import { User, UserManager, WebStorageStateStore } from 'oidc-client-ts'
import { API, CLIENT_ID, type Client, TOKEN_PATHS, type Tokens } from './peer.ts'

export function seed(tokens: Tokens, origin: string): void {
  const user = new User({
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    token_type: 'Bearer',
    scope: 'offline_access',
    profile: { sub: 'ada', iss: origin, aud: CLIENT_ID, exp: 0, iat: 0 },
    expires_at: Math.floor(tokens.receivedAt / 1000) + tokens.lifetime,
  })
  localStorage.setItem(`oidc.user:${origin}:${CLIENT_ID}`, user.toStorageString())
}

/**
 * The user kept in localStorage, silent renewal on (its default), and `signinSilent` when a request meets
 * a token that is over. It has no single flight of its own, so the app keeps the one promise.
 */
export function open(origin: string): Client {
  const manager = new UserManager({
    authority: origin,
    client_id: CLIENT_ID,
    redirect_uri: `${origin}/callback`,
    scope: 'offline_access',
    userStore: new WebStorageStateStore({ store: localStorage }),
    metadata: {
      issuer: origin,
      authorization_endpoint: `${origin}/oauth/authorize`,
      token_endpoint: origin + TOKEN_PATHS.oauth,
    },
  })
  let renewing: Promise<User | null> | null = null
  const renew = () => {
    renewing ??= manager.signinSilent().finally(() => {
      renewing = null
    })
    return renewing
  }
  const orders = origin + API
  return {
    async request() {
      const found = await manager.getUser()
      const user = found?.expired ? await renew() : found
      const headers = { Authorization: `Bearer ${user?.access_token}` }
      return (await fetch(orders, { headers })).status
    },
    signOut: () => manager.removeUser(),
    close: () => manager.stopSilentRenew(),
  }
}
