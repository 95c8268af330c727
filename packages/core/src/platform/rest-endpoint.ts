import * as z from 'zod/mini'
import { SessionError } from '../errors.ts'
import type {
  AuthEndpoint,
  Authorized,
  RefreshAnswer,
  SessionInfo,
} from '../ports/auth-endpoint.ts'
import { membersOf, text, textOr } from '../tokens/shapes.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import { stepUpInProblem } from '../tokens/step-up-challenge.ts'
import { parseTokenResponse, type TokenResponse } from '../tokens/token-response.ts'
import { type Answer, askServer, codeOf, failure, type Question } from './ask-server.ts'
import { checkGiven } from './check-given.ts'

export interface RestEndpointOptions {
  /** Sent as `X-Session-Client`: which of the server's clients this app is. */
  readonly client?: string
  /** @default globalThis.fetch, looked up at each call */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Whether an answer to the refresh call means that the session is over, for servers that say it in
   * their own way. Return a reason to end the session, `null` to leave the verdict to the usual rules.
   */
  readonly isDenied?: (answer: {
    readonly status: number
    readonly body: unknown
    /** The `code` of the body (RFC 9457 extension member), where there is one. */
    readonly code: string | undefined
  }) => SignOutReason | null
}

/** The codes by which an authorization server says that a session is over, and what each means. */
const definitive: ReadonlyMap<string, SignOutReason> = new Map([
  ['invalid_refresh_token', 'revoked'],
  ['session_revoked', 'revoked'],
  ['session_expired', 'expired'],
  ['refresh_token_reused', 'reuse-detected'],
  ['account_disabled', 'account-disabled'],
  ['invalid_grant', 'revoked'],
])

/** The `reason` of `session_revoked`, where it says more than that: somebody else may have met the end first. */
const endedBecause: ReadonlyMap<unknown, SignOutReason> = new Map([
  ['reuse_detected', 'reuse-detected'],
  ['account_disabled', 'account-disabled'],
  ['logout', 'logout-elsewhere'],
  ['replaced', 'replaced'],
])

const sessionInfo = z.object({ id: text, created_at: text, last_seen_at: text })

/**
 * Returns the endpoint for a server that speaks Tabkeeper's wire contract below `authUrl`: `/login`,
 * `/register`, `/refresh`, `/logout`, `/logout-all` and `/sessions`, JSON in and out. A relative
 * `authUrl` is resolved against the page. Throws a `TypeError` where it is missing.
 *
 * @example
 * ```ts
 * const session = createSession({ app: 'admin', endpoint: restEndpoint('/api/auth', { client: 'admin' }) })
 * ```
 */
export function restEndpoint(
  authUrl: string | URL,
  options: RestEndpointOptions = {},
): AuthEndpoint {
  const present = (refreshToken: string) => ({ refresh_token: refreshToken })
  return speakRest(authUrl, options, { refresh: present, logout: present })
}

/** What the bodies of two calls say of the session that is meant. */
export interface Presented {
  refresh(refreshToken: string): object
  logout(refreshToken: string): object
}

/** The wire contract, whatever a client has to present. */
export function speakRest(
  authUrl: string | URL,
  options: RestEndpointOptions,
  present: Presented,
): AuthEndpoint {
  checkGiven('restEndpoint', 'authUrl', authUrl)
  const base = String(authUrl).replace(/\/+$/, '')

  async function call(
    path: string,
    init: Question,
    accessToken: string | null = null,
  ): Promise<Answer> {
    const headers = new Headers()
    if (init.body !== undefined) headers.set('content-type', 'application/json')
    if (options.client !== undefined) headers.set('x-session-client', options.client)
    if (accessToken !== null) headers.set('authorization', `Bearer ${accessToken}`)
    return askServer(options.fetch ?? globalThis.fetch, base + path, { ...init, headers })
  }

  async function signIn(
    path: string,
    body: object,
    signal?: AbortSignal,
    accessToken?: string | null,
  ): Promise<TokenResponse> {
    const answer = await reach(call(path, post(body, signal), accessToken))
    const tokens = answer.isOk ? parseTokenResponse(answer.body) : null
    if (tokens !== null) return tokens
    throw failure(answer)
  }

  async function authorized<T>(
    accessToken: string,
    path: string,
    init: Question,
    read: (body: unknown) => T,
  ): Promise<Authorized<T>> {
    const answer = await reach(call(path, init, accessToken))
    if (answer.isOk) return { is: 'answered', value: read(answer.body) }
    if (answer.status !== 401) throw failure(answer)
    const challenge = stepUpInProblem(answer.body)
    return challenge === null ? { is: 'refused' } : { is: 'step-up', challenge }
  }

  return {
    login: (credentials, { signal, remember, accessToken }) =>
      signIn('/login', { ...credentials, remember }, signal, accessToken),
    register: (details, { signal, remember }) =>
      signIn('/register', { ...details, remember }, signal),

    async refresh(refreshToken, { signal }) {
      try {
        const answer = await call('/refresh', post(present.refresh(refreshToken), signal))
        return verdictOn(answer, options.isDenied)
      } catch (cause) {
        return { is: 'lost', cause }
      }
    },

    async revoke({ accessToken, refreshToken }, { signal }) {
      const body = refreshToken === null ? {} : present.logout(refreshToken)
      try {
        const answer = await call(
          '/logout',
          { ...post(body, signal), keepalive: true },
          accessToken,
        )
        return answer.isOk
      } catch {
        return false
      }
    },

    revokeAll: (accessToken, { signal, keepCurrent }) =>
      authorized(accessToken, '/logout-all', post({ keep_current: keepCurrent }, signal), body => {
        const { revoked } = membersOf(body)
        return { revoked: typeof revoked === 'number' ? revoked : 0 }
      }),

    listSessions: (accessToken, { signal }) =>
      authorized(accessToken, '/sessions', { method: 'GET', signal }, body => {
        const { sessions } = membersOf(body)
        const list = Array.isArray(sessions) ? sessions.map(toSessionInfo) : [null]
        if (list.every(info => info !== null)) return list
        throw new SessionError(
          'rejected',
          'The list of sessions that the server sent could not be read.',
        )
      }),

    revokeSession: (accessToken, id, { signal }) =>
      authorized(
        accessToken,
        `/sessions/${encodeURIComponent(id)}`,
        { method: 'DELETE', signal },
        () => undefined,
      ),
  }
}

/**
 * What an answer to the refresh call means. *Denied* is a short list: a 401 with an empty or JSON body,
 * or a 400 or 403 with JSON that carries one of the definitive codes. Everything else is no verdict: the
 * HTML of a proxy whatever its status, 404, 429, 5xx, a body that cannot be read, a 200 without a token.
 */
function verdictOn(answer: Answer, isDenied: RestEndpointOptions['isDenied']): RefreshAnswer {
  const { status, kind, isOk, retryAfter } = answer
  const tokens = isOk ? parseTokenResponse(answer.body) : null
  if (tokens !== null) return { is: 'granted', tokens }

  // A plain script may say it with a boolean: `false` is no reason to end anything.
  const own = isDenied?.(answer)
  if (own) return { is: 'denied', reason: own }
  const reason = reasonIn(answer)
  if (status === 401 && kind !== 'other') return { is: 'denied', reason: reason ?? 'revoked' }
  if ((status === 400 || status === 403) && reason !== undefined) return { is: 'denied', reason }
  return { is: 'unreachable', retryAfter, cause: failure(answer) }
}

/** Why the session is over, where the answer carries a code that says that it is. */
function reasonIn(answer: Answer): SignOutReason | undefined {
  const code = codeOf(answer)
  const ended = code === 'session_revoked' ? membersOf(answer.body).reason : null
  return endedBecause.get(ended) ?? definitive.get(code ?? '')
}

async function reach(calling: Promise<Answer>): Promise<Answer> {
  try {
    return await calling
  } catch (cause) {
    throw new SessionError('unreachable', 'The server could not be reached; try again later.', {
      cause,
    })
  }
}

function post(body: object, signal: AbortSignal | undefined): Question {
  return { method: 'POST', body: JSON.stringify(body), signal }
}

/** `null` where what cannot be done without is missing. */
function toSessionInfo(value: unknown): SessionInfo | null {
  const { data } = sessionInfo.safeParse(value)
  if (data === undefined) return null
  const { client_id, current, device, expires_at, ip } = membersOf(value)
  const { label, user_agent } = membersOf(device)
  return {
    id: data.id,
    current: current === true,
    clientId: textOr(client_id, null),
    device: { label: textOr(label, ''), userAgent: textOr(user_agent, null) },
    ip: textOr(ip, null),
    createdAt: data.created_at,
    lastSeenAt: data.last_seen_at,
    expiresAt: textOr(expires_at, null),
  }
}
