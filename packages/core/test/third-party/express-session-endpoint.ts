import {
  type AuthEndpoint,
  cookieEndpoint,
  SessionError,
  type TokenResponse,
} from '@tabkeeper/core'

/** A session cookie and nothing else, as express-session makes it: there is no token, only a "yes" for a while. */
export function sessionCookieEndpoint(
  baseUrl: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): AuthEndpoint {
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(baseUrl + path, {
      ...init,
      credentials: 'include',
      headers: { 'content-type': 'application/json' },
    })

  /** The cookie does what a token would do; requests carry a word that the server does not look at. */
  const toTokens = ({ user, session }: Pick<TokenResponse, 'user' | 'session'>): TokenResponse => ({
    access_token: 'in-the-cookie',
    expires_in: 600, // how often the server is asked whether the session lives
    user,
    session,
  })

  return {
    ...cookieEndpoint(baseUrl, { client: 'bar', fetch }),

    async login({ email, password }, { signal }) {
      const body = JSON.stringify({ email, password })
      const answer = await ask('/login', { method: 'POST', body, ...(signal && { signal }) })
      if (answer.status === 401) throw new SessionError('invalid-credentials', 'They are wrong.')
      if (!answer.ok) throw new SessionError('unreachable', `It answered ${answer.status}.`)
      return toTokens(await answer.json())
    },

    async refresh(_sessionName, { signal }) {
      try {
        const answer = await ask('/me', signal ? { signal } : {})
        if (answer.ok) return { is: 'granted', tokens: toTokens(await answer.json()) }
        if (answer.status === 401) return { is: 'denied', reason: 'expired' }
        return { is: 'unreachable', retryAfter: null, cause: `/me answered ${answer.status}` }
      } catch (cause) {
        return { is: 'lost', cause }
      }
    },

    async revoke() {
      return ask('/logout', { method: 'POST', body: '{}', keepalive: true }).then(
        ({ ok }) => ok,
        () => false,
      )
    },
  }
}
