import { type AuthEndpoint, restEndpoint, SessionError, type TokenResponse } from '@tabkeeper/core'

/** better-auth with its plugins `bearer` and `jwt`: the session token refreshes, the JWT is sent to the API. */
export function betterAuthEndpoint(
  authUrl: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): AuthEndpoint {
  /** Asks with the session token, or without one. */
  const ask = (path: string, token: string | null, init: RequestInit = {}) =>
    fetch(authUrl + path, {
      ...init,
      headers: {
        'content-type': 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
    })

  /** An access token for a session token; how long it lives is in it. */
  async function tokensFor(
    sessionToken: string,
    init: RequestInit,
  ): Promise<TokenResponse | number> {
    const answer = await ask('/token', sessionToken, init)
    if (!answer.ok) return answer.status
    const { token } = await answer.json()
    return { access_token: token, refresh_token: sessionToken }
  }

  return {
    ...restEndpoint(authUrl, { fetch }), // what better-auth has no like of

    async login({ email, password }, { signal }) {
      const init = signal ? { signal } : {}
      const body = JSON.stringify({ email, password })
      const answer = await ask('/sign-in/email', null, { method: 'POST', body, ...init })
      if (answer.status === 401) throw new SessionError('invalid-credentials', 'They are wrong.')
      if (!answer.ok) throw new SessionError('unreachable', `It answered ${answer.status}.`)
      const { token, user } = await answer.json()
      const tokens = await tokensFor(token, init)
      if (typeof tokens === 'object') return { ...tokens, user }
      throw new SessionError('unreachable', `/token answered ${tokens}.`)
    },

    async refresh(sessionToken, { signal }) {
      try {
        const tokens = await tokensFor(sessionToken, signal ? { signal } : {})
        if (typeof tokens === 'object') return { is: 'granted', tokens }
        if (tokens === 401) return { is: 'denied', reason: 'revoked' }
        return { is: 'unreachable', retryAfter: null, cause: `/token answered ${tokens}` }
      } catch (cause) {
        return { is: 'lost', cause }
      }
    },

    async revoke({ refreshToken }) {
      const init = { method: 'POST', body: '{}', keepalive: true }
      return ask('/sign-out', refreshToken, init).then(
        ({ ok }) => ok,
        () => false,
      )
    },
  }
}
