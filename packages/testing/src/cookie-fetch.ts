import type {
  AuthEndpoint,
  Credentials,
  RefreshAnswer,
  Registration,
  TokenResponse,
} from '@tabkeeper/core'

/** The words of the wire contract for what a refresh was denied for. */
const codes: Readonly<Record<string, string>> = {
  revoked: 'session_revoked',
  expired: 'session_expired',
  'reuse-detected': 'refresh_token_reused',
  'account-disabled': 'account_disabled',
}

/**
 * Returns the `fetch` of the pages of one browser, whose cookies are in `cookies` (one refresh token for
 * each client), with `server` behind it: an endpoint whose refresh tokens are in the bodies. It answers
 * what `cookieEndpoint` asks. For stories with a hand-turned clock; what a server has to do about cookies
 * is tested against the real one.
 *
 * @example
 * ```ts
 * import { cookieEndpoint } from '@tabkeeper/core'
 *
 * const server = rotatingServer({ clock: manualClock() })
 * const fetch = cookieFetch(server.endpoint, new Map())
 * const endpoint = cookieEndpoint('https://bar.test/api/auth', { client: 'admin', fetch })
 * ```
 */
export function cookieFetch(
  server: AuthEndpoint,
  cookies: Map<string, string>,
): typeof globalThis.fetch {
  /** What is done when the answer arrives, if anybody still waits for it: a dropped answer sets no cookie. */
  type Arrival = () => Response

  async function answerTo(path: string, init: RequestInit): Promise<Arrival> {
    const headers = new Headers(init.headers)
    const accessToken = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? null
    const options = { ...(init.signal && { signal: init.signal }) }
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : {}
    const client = headers.get('x-session-client')
    if (init.credentials !== 'include' || client === null)
      return () => problem(403, 'csrf_rejected')
    const cookie = cookies.get(client) ?? null

    switch (path) {
      case 'login':
        return handOver(
          client,
          await server.login(body as Credentials, {
            ...options,
            remember: body.remember === true,
            accessToken: cookie ?? accessToken,
          }),
        )
      case 'register':
        return handOver(
          client,
          await server.register(body as Registration, {
            ...options,
            remember: body.remember === true,
          }),
        )
      case 'refresh':
        if (cookie === null) return () => problem(401, 'not_authenticated')
        return verdict(client, await server.refresh(cookie, options))
      case 'logout': {
        const isMeant = body.session_id === undefined || body.session_id === sessionOf(cookie)
        const presented = isMeant ? cookie : null
        const isTold =
          (accessToken ?? presented) === null ||
          (await server.revoke({ accessToken, refreshToken: presented }, options))
        if (!isTold) return () => problem(503, 'temporarily_unavailable')
        return () => {
          if (sessionOf(cookies.get(client)) === sessionOf(presented)) cookies.delete(client)
          return Response.json({ message: 'Signed out.' })
        }
      }
      case 'logout-all': {
        const keepCurrent = body.keep_current === true
        const answer = await server.revokeAll(accessToken ?? '', { ...options, keepCurrent })
        return () => (answer.is === 'answered' ? Response.json(answer.value) : unauthorized())
      }
      default: {
        const answer = await server.listSessions(accessToken ?? '', options)
        return () =>
          answer.is === 'answered' ? Response.json({ sessions: answer.value }) : unauthorized()
      }
    }
  }

  function handOver(client: string, { refresh_token, ...tokens }: TokenResponse): Arrival {
    return () => {
      if (refresh_token !== undefined) cookies.set(client, refresh_token)
      return Response.json(tokens)
    }
  }

  function verdict(client: string, answer: RefreshAnswer): Arrival {
    switch (answer.is) {
      case 'granted':
        return handOver(client, answer.tokens)
      case 'denied':
        return () => {
          cookies.delete(client)
          return problem(401, codes[answer.reason] ?? 'invalid_refresh_token')
        }
      case 'unreachable':
        return () => problem(503, 'temporarily_unavailable', answer.retryAfter)
      case 'lost':
        throw new TypeError('offline')
    }
  }

  return async (input, init = {}) => {
    init.signal?.throwIfAborted()
    const path = String(input).split('/').pop() ?? ''
    const arrive = await Promise.race([answerTo(path, init).catch(refusal), aborted(init.signal)])
    init.signal?.throwIfAborted()
    return arrive()
  }
}

/** A wrong password travels as an answer, a lost one as a rejection. */
function refusal(error: unknown): () => Response {
  const isWrong = error instanceof Error && 'code' in error && error.code === 'invalid-credentials'
  if (!isWrong) throw error
  return () => problem(401, 'invalid_credentials')
}

function aborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** Which session a token of the rotating server is of. */
function sessionOf(token: string | null | undefined): string | undefined {
  return token?.split('.')[1]
}

const unauthorized = () => problem(401, 'invalid_access_token')

function problem(status: number, code: string, retryAfter: number | null = null): Response {
  const headers: Record<string, string> =
    retryAfter === null ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1000)) }
  return Response.json({ code }, { status, headers })
}
