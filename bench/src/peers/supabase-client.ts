import type { GoTrueClient } from '@supabase/auth-js'
import { API, type Client, type Tokens } from './peer.ts'

export function seed(tokens: Tokens): void {
  const { accessToken, refreshToken, lifetime, receivedAt } = tokens
  const session = {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: lifetime,
    expires_at: Math.floor(receivedAt / 1000) + lifetime,
    token_type: 'bearer',
    user: { id: 'ada' },
  }
  localStorage.setItem('sb-bench', JSON.stringify(session))
}

/** What `supabase-js` does around each of its own requests, and everybody else around fetch: ask for the session. */
export function clientOf(auth: GoTrueClient, origin: string): Client {
  const orders = origin + API
  return {
    async request() {
      const { data } = await auth.getSession()
      const headers = { Authorization: `Bearer ${data.session?.access_token}` }
      return (await fetch(orders, { headers })).status
    },
    signOut: () => auth.signOut({ scope: 'local' }),
    close: () => auth.stopAutoRefresh(),
  }
}
