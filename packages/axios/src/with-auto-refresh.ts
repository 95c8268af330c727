import { createOriginRule, sendWithToken, type TokenSource } from '@tabkeeper/core/http'
import axios, {
  type AxiosInstance,
  type AxiosResponse,
  getAdapter,
  type InternalAxiosRequestConfig,
} from 'axios'
import { authorizationName, hasAuthorization } from './authorization.ts'
import { AxiosExchange } from './axios-exchange.ts'
import { bracket } from './bracket.ts'
import { targetOf } from './target.ts'

declare module 'axios' {
  // biome-ignore lint/suspicious/noExplicitAny: it has to repeat the declaration that it adds to
  interface AxiosRequestConfig<D = any, P = any> {
    /** `false` sends this request as it is: no token, no wait, no refresh. */
    session?: false
  }
}

/** Options of {@link withAutoRefresh}. */
export interface AutoRefreshOptions {
  /**
   * Whether an answer means that the access token is no good, for servers that say so in their own
   * way: a 419, a 403 with a code, a GraphQL error in a 200. It takes the place of the default rule and
   * is asked about every answer to a request with a token, but for a 401 that asks for a step-up, as
   * it came: `data` is not transformed yet.
   *
   * @default a 401, unless it asks for a more recent sign-in (RFC 9470)
   */
  readonly shouldRefresh?: (response: AxiosResponse) => boolean | Promise<boolean>
}

/** How each wrapped instance is set free again. */
const wrapped = new WeakMap<AxiosInstance, () => void>()

/**
 * Makes an axios instance send the session's access token along, wait while a new one is fetched, and
 * repeat a request once if its token was refused. Returns the same instance; calling it again takes
 * the session and the options of the last call, and {@link withoutAutoRefresh} undoes it.
 *
 * It works at the transport, around the adapter of each request: interceptors, transformers and
 * progress callbacks see one request, whatever happens below them, and a repeated request carries the
 * same bytes. Time spent waiting counts towards `timeout`, but
 * for the time in which the user is asked something. Errors are axios's own, and beyond these
 * a `SessionError`, when the session ends (`session-ended`), becomes another one (`session-changed`)
 * or cannot be refreshed (`unreachable`) while the request waits, when there are too many that wait
 * (`too-many-waiting`), or when the user will not prove again who they are (`step-up-cancelled`).
 *
 * Left exactly as they are: requests to origins that the session does not allow, requests that bring
 * credentials of their own (`auth` or an `Authorization` header), requests with `session: false`, and
 * all requests while nobody is signed in. An instance that `create` derives is not wrapped by itself.
 *
 * @example
 * ```ts
 * import axios from 'axios'
 * import { withAutoRefresh } from '@tabkeeper/axios'
 * import { createSession } from '@tabkeeper/core'
 *
 * const session = createSession({ app: 'admin', authUrl: '/api/auth' })
 * const api = withAutoRefresh(axios.create({ baseURL: '/api' }), session)
 *
 * const { data } = await api.get('/orders')
 * ```
 */
export function withAutoRefresh<Instance extends AxiosInstance>(
  instance: Instance,
  session: TokenSource,
  options: AutoRefreshOptions = {},
): Instance {
  withoutAutoRefresh(instance)
  const mayKnow = createOriginRule(session)
  const host = { mayKnow, shouldRefresh: options.shouldRefresh }

  /** Takes the place of the adapter of one request. */
  const attach = (config: InternalAxiosRequestConfig) => {
    const { adapter } = config
    config.adapter = sending => {
      // axios has resolved its adapter. From here on nobody needs to know about ours, least of all a
      // retry that sends this config once more.
      if (adapter === undefined) delete sending.adapter
      else sending.adapter = adapter
      const send =
        typeof adapter === 'function'
          ? adapter
          : getAdapter(adapter || axios.defaults.adapter, sending)
      // An interceptor that still sets a bearer token means the session's; any other scheme is its own.
      const name = authorizationName(sending.headers)
      const value = name && sending.headers[name]
      if (value !== undefined && !/^bearer /i.test(String(value))) return send(sending)
      return sendWithToken(session, new AxiosExchange(host, send, sending, name))
    }
  }

  const release = bracket(instance.interceptors.request, {
    before: config => config.session !== false && !hasAuthorization(config.headers),
    after(config) {
      if (config.session === false || config.auth) return
      const target = targetOf(config)
      if (target !== null && mayKnow(target)) attach(config)
    },
  })
  wrapped.set(instance, release)
  return instance
}

/**
 * Undoes {@link withAutoRefresh}; does nothing to an instance that is not wrapped. Requests that are
 * under way, waiting ones included, end as they would have.
 *
 * @example
 * ```ts
 * import type { AxiosInstance } from 'axios'
 * import { withoutAutoRefresh } from '@tabkeeper/axios'
 *
 * declare const api: AxiosInstance
 * withoutAutoRefresh(api)
 * ```
 */
export function withoutAutoRefresh(instance: AxiosInstance): void {
  wrapped.get(instance)?.()
  wrapped.delete(instance)
}
