import { SessionError } from '../errors.ts'
import type { AuthEndpoint } from '../ports/auth-endpoint.ts'
import { sessionIdOf } from '../tokens/grant.ts'
import type { TokenResponse } from '../tokens/token-response.ts'
import { checkGiven } from './check-given.ts'
import { type RestEndpointOptions, speakRest } from './rest-endpoint.ts'
import { isUnnamed, tokenlessStore } from './tokenless-store.ts'

export interface CookieEndpointOptions extends RestEndpointOptions {
  /** Sent as `X-Session-Client`. Required: by this header the server knows that no other page made the request. */
  readonly client: string
}

/**
 * Returns the endpoint for a server that keeps the refresh token in an HttpOnly cookie and gives the
 * access token in the body (transport `split`). It speaks the same contract as {@link restEndpoint}, with
 * credentials. No script sees the refresh token; the access token is in the memory of each tab and
 * nowhere else, so that a new tab and a reloaded page fetch their own. In storage there is the record
 * that somebody is signed in, and the user: without it no request is made.
 *
 * On another origin the server has to allow credentials (CORS), and the cookie has to be sent there:
 * same site, or `SameSite=None; Partitioned`.
 *
 * Throws a `TypeError` where `authUrl` or `client` is missing.
 *
 * @example
 * ```ts
 * const endpoint = cookieEndpoint('/api/auth', { client: 'admin' })
 * const session = createSession({ app: 'admin', endpoint })
 * ```
 */
export function cookieEndpoint(
  authUrl: string | URL,
  options: CookieEndpointOptions,
): AuthEndpoint {
  checkGiven('cookieEndpoint', 'authUrl', authUrl)
  checkGiven('cookieEndpoint', 'client', options?.client)

  const rest = speakRest(
    authUrl,
    {
      ...options,
      fetch: (input, init) =>
        (options.fetch ?? globalThis.fetch)(input, { ...init, credentials: 'include' }),
      // No cookie came along: the browser has dropped it at its end.
      isDenied: answer =>
        options.isDenied?.(answer) ||
        (answer.status === 401 && answer.code === 'not_authenticated' ? 'expired' : null),
    },
    { refresh: () => ({}), logout: sessionName => ({ session_id: sessionName }) },
  )
  // Whose cookie the browser has, as far as this page has seen; and a sign-out that is on its way.
  let holder: string | null = null
  let leaving: Promise<unknown> = Promise.resolve()

  async function signIn(call: () => Promise<TokenResponse>): Promise<TokenResponse> {
    // The answer to a sign-out takes the cookie away: not the one that this sign-in is about to get.
    await leaving
    const tokens = await call()
    if (tokens.refresh_token !== undefined)
      throw new SessionError(
        'rejected',
        `The server sent a refresh token where scripts can read it: give the client '${options.client}' the transport "split" there, or use restEndpoint().`,
      )
    holder = sessionIdOf(tokens)
    return tokens
  }

  return {
    ...rest,
    withoutTokens: tokenlessStore,
    login: (...call) => signIn(() => rest.login(...call)),
    register: (...call) => signIn(() => rest.register(...call)),

    async refresh(sessionName, options) {
      const answer = await rest.refresh(sessionName, options)
      if (answer.is !== 'granted') return answer
      const { refresh_token: _, ...tokens } = answer.tokens
      holder = sessionIdOf(tokens)
      // The cookie is of whoever signed in last in this browser: his token is not for this session.
      const isOthers = holder !== null && holder !== sessionName && !isUnnamed(sessionName)
      return isOthers ? { is: 'denied', reason: 'replaced' } : { is: 'granted', tokens }
    },

    revoke(tokens, options) {
      const sessionName = tokens.refreshToken
      // A sign-in has taken the cookie's place, and the server has ended what it found in it.
      if (tokens.accessToken === null && holder !== null && holder !== sessionName)
        return Promise.resolve(true)
      const telling = rest.revoke(tokens, options)
      leaving = telling
      return telling
    },
  }
}
