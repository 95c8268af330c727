import { SessionError } from '../errors.ts'
import type { AuthEndpoint, RefreshAnswer } from '../ports/auth-endpoint.ts'
import { parseTokenResponse } from '../tokens/token-response.ts'
import { type Answer, askServer, failure } from './ask-server.ts'
import { checkGiven } from './check-given.ts'

export interface OAuthEndpointOptions {
  /** The server's token endpoint (`token_endpoint` of its metadata, RFC 8414). */
  readonly tokenUrl: string | URL
  /** The public client that the app is registered as. There is no secret: a page cannot keep one. */
  readonly clientId: string
  /** Sent with each refresh, for servers that ask for it; no more than was granted (RFC 6749 §6). */
  readonly scope?: string
  /** The server's revocation endpoint (RFC 7009). Without it a sign-out stays in this browser. */
  readonly revocationUrl?: string | URL
  /** @default globalThis.fetch, looked up at each call */
  readonly fetch?: typeof globalThis.fetch
}

/** `invalid_grant` belongs to 400 (RFC 6749 §5.2). Some servers send it with 401, Auth0 with 403. */
const DENIALS: ReadonlySet<number> = new Set([400, 401, 403])

/**
 * Returns the endpoint for any OAuth 2 token endpoint (RFC 6749), for an app that is a public client.
 * It keeps a session, it does not start one: let the user sign in by the authorization code flow with
 * PKCE and give its answer to `session.adopt`. `login` and `register` reject, as do the calls that OAuth
 * does not have: `logoutAll`, `listSessions` and `revokeSession`.
 *
 * Only `invalid_grant` ends the session. OAuth has this one word for a refresh token that is over,
 * revoked or used twice, so the reason is always `revoked`. Where there is no `revocationUrl`, `logout`
 * is `acknowledged: true` though the server was told nothing: nothing is left to be told later, and the
 * refresh token lives until its end.
 *
 * Throws a `TypeError` where `tokenUrl` or `clientId` is missing.
 *
 * @example
 * ```ts
 * const endpoint = oauthEndpoint({
 *   tokenUrl: 'https://id.example.test/token',
 *   revocationUrl: 'https://id.example.test/token/revocation',
 *   clientId: 'bar-admin',
 * })
 * const session = createSession({ app: 'admin', endpoint })
 * ```
 */
export function oauthEndpoint(options: OAuthEndpointOptions): AuthEndpoint {
  const { tokenUrl, clientId, scope, revocationUrl } = options
  checkGiven('oauthEndpoint', 'tokenUrl', tokenUrl)
  checkGiven('oauthEndpoint', 'clientId', clientId)

  function post(
    url: string | URL,
    form: Record<string, string>,
    init: { signal?: AbortSignal | undefined; keepalive?: boolean },
  ): Promise<Answer> {
    // A public client names itself in the body (RFC 6749 §3.2.1). Form-encoded and with no header of its
    // own this needs no preflight, also on another origin.
    const body = new URLSearchParams({ ...form, client_id: clientId })
    return askServer(options.fetch ?? globalThis.fetch, url, { ...init, method: 'POST', body })
  }

  return {
    async refresh(refreshToken, { signal }) {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
      try {
        return verdictOn(await post(tokenUrl, scope ? { ...form, scope } : form, { signal }))
      } catch (cause) {
        return { is: 'lost', cause }
      }
    },

    async revoke({ accessToken, refreshToken }, { signal }) {
      const token = refreshToken ?? accessToken
      if (revocationUrl === undefined || token === null) return true
      const token_type_hint = refreshToken === null ? 'access_token' : 'refresh_token'
      try {
        const form = { token, token_type_hint }
        return (await post(revocationUrl, form, { signal, keepalive: true })).isOk
      } catch {
        return false
      }
    },

    login: signInElsewhere,
    register: signInElsewhere,
    revokeAll: notInOAuth,
    listSessions: notInOAuth,
    revokeSession: notInOAuth,
  }
}

/**
 * What an answer to the refresh means. `invalid_client`, `unauthorized_client`, `invalid_scope` and the
 * rest are mistakes of whoever configured the app or the server: they say nothing about the session, and
 * a deployment that mends them finds its users signed in.
 */
function verdictOn(answer: Answer): RefreshAnswer {
  const tokens = answer.isOk ? parseTokenResponse(answer.body) : null
  if (tokens !== null) return { is: 'granted', tokens }
  if (answer.error === 'invalid_grant' && DENIALS.has(answer.status))
    return { is: 'denied', reason: 'revoked' }
  return { is: 'unreachable', retryAfter: answer.retryAfter, cause: failure(answer) }
}

async function signInElsewhere(): Promise<never> {
  throw new SessionError(
    'rejected',
    'An OAuth server takes no password from an app: sign in by the authorization code flow and give its answer to session.adopt().',
  )
}

async function notInOAuth(): Promise<never> {
  throw new SessionError(
    'rejected',
    "OAuth has no such call: only the server's own pages show and end the user's other sessions.",
  )
}
