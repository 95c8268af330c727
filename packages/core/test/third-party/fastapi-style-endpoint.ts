import { type AuthEndpoint, restEndpoint, SessionError } from '@tabkeeper/core'

/** A JWT API in the way of FastAPI's tutorials: a form to sign in, JSON to refresh, nothing to sign out. */
export function passwordFormEndpoint(
  baseUrl: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): AuthEndpoint {
  return {
    ...restEndpoint(baseUrl, { fetch }), // its /refresh says 401 with JSON when a token is not good

    async login({ email, password }, { signal }) {
      const answer = await fetch(`${baseUrl}/token`, {
        method: 'POST',
        body: new URLSearchParams({ username: `${email}`, password }),
        ...(signal && { signal }),
      })
      if (answer.status === 401) throw new SessionError('invalid-credentials', 'They are wrong.')
      if (!answer.ok) throw new SessionError('unreachable', `It answered ${answer.status}.`)
      return answer.json()
    },

    revoke: async () => true, // there is nobody to tell: the tokens live until their end
  }
}
