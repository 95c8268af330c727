import { createOriginRule, sendWithToken, type TokenSource } from '@tabkeeper/core/http'
import { hasAuthorization } from './authorization.ts'
import { FetchExchange } from './fetch-exchange.ts'

/** The part of `fetch` that is wrapped: the global one, and any wrapper around it. */
export type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>

/** What `fetch` takes as its second argument, and whether the session is meant. */
export interface AutoRefreshInit extends RequestInit {
  /** `false` sends this request as it is: no token, no wait, no refresh. */
  readonly session?: false
}

/** A `fetch` with a session. Fits wherever a `fetch` is asked for. */
export type AutoRefreshFetch = (
  input: RequestInfo | URL,
  init?: AutoRefreshInit,
) => Promise<Response>

/** Options of {@link withAutoRefresh}. */
export interface AutoRefreshOptions {
  /**
   * Whether an answer means that the access token is no good, for servers that say so in their own
   * way: a 419, a 403 with a code, a GraphQL error in a 200. It takes the place of the default rule and
   * is asked about every answer to a request with a token, but for a 401 that asks for a step-up. It
   * gets a copy, so the caller can still read the body.
   *
   * @default a 401, unless it asks for a more recent sign-in (RFC 9470)
   */
  readonly shouldRefresh?: (response: Response) => boolean | Promise<boolean>
}

/**
 * Returns a `fetch` that sends the session's access token along, waits while a new one is fetched,
 * and repeats a request once if its token was refused.
 *
 * It takes what `fetch` takes and answers as `fetch` answers: body, headers, errors and the abort
 * reason are the wrapped function's. Beyond these it rejects with a `SessionError`, when the session
 * ends (`session-ended`), becomes another one (`session-changed`) or cannot be refreshed
 * (`unreachable`) while the request waits, when there are too many that wait (`too-many-waiting`), or
 * when the user will not prove again who they are (`step-up-cancelled`).
 *
 * Left exactly as they are: requests to origins that the session does not allow, requests that bring
 * an `Authorization` header of their own, requests with `session: false`, and all requests while
 * nobody is signed in. A `keepalive` request never waits and is never repeated.
 *
 * @example
 * ```ts
 * import { createSession } from '@tabkeeper/core'
 * import { withAutoRefresh } from '@tabkeeper/fetch'
 *
 * const session = createSession({ app: 'customer', authUrl: '/api/auth' })
 * const api = withAutoRefresh(fetch, session)
 *
 * const response = await api('/api/orders/mine')
 * ```
 */
export function withAutoRefresh(
  fetch: Fetch,
  session: TokenSource,
  options: AutoRefreshOptions = {},
): AutoRefreshFetch {
  const mayKnow = createOriginRule(session)
  const host = { fetch, mayKnow, shouldRefresh: options.shouldRefresh }

  return function autoRefreshFetch(input, init): Promise<Response> {
    try {
      if (init && init.session !== false && !isCopiedBySpread(init)) {
        return autoRefreshFetch(new Request(input, init), undefined)
      }

      // A URL object may be changed by its owner while the request waits: read it now, as fetch does.
      const target = isRequest(input) ? input : String(input)
      const request = typeof target === 'string' ? null : target
      if (
        init?.session === false ||
        (request?.bodyUsed && (init?.body ?? null) === null) ||
        !mayKnow(typeof target === 'string' ? target : target.url) ||
        hasAuthorization(init?.headers ?? request?.headers)
      ) {
        return fetch(input, init)
      }
      return sendWithToken(session, new FetchExchange(host, target, init))
    } catch (error) {
      // fetch does not throw, it rejects; so for headers that no `Headers` takes.
      return Promise.reject(error)
    }
  }
}

/**
 * Tells whether a spread copies all that fetch would read. It sees no members that come from a prototype, as those of a
 * Request do, or of an instance of a class; and headers that are an iterator can be read only once.
 */
function isCopiedBySpread(init: AutoRefreshInit): boolean {
  const prototype = Object.getPrototypeOf(init)
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  return isPlain && !(init.headers && 'next' in init.headers)
}

/** By shape: in tests and frames a request may be of another realm than this module. */
function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'url' in value && 'clone' in value
}
