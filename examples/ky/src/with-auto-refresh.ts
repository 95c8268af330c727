import type { TokenSource } from '@tabkeeper/core/http'
import { type AutoRefreshOptions, withAutoRefresh as wrapFetch } from '@tabkeeper/fetch'
import type { KyInstance } from 'ky'

declare module 'ky' {
  interface Options {
    /** `false` sends this request as it is: no token, no wait, no refresh. */
    session?: false
  }
}

/** Options of {@link withAutoRefresh}. */
export interface KyAutoRefreshOptions extends AutoRefreshOptions {
  /** What sends the requests in the end. @default the platform's own */
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Returns a ky instance that sends the session's access token along, waits while a new one is fetched,
 * and repeats a request once if its token was refused. The instance that is given stays as it is.
 *
 * It works below ky's hooks and retries, at the `fetch` that ky is given: hooks run once, a 401 that a
 * refresh takes care of is no error and no retry, and ky's `timeout` counts the time spent waiting. A
 * `SessionError` is not retried, because ky knows only its own errors and those of the network.
 *
 * @example
 * ```ts
 * const api = withAutoRefresh(ky.create({ prefix: '/api' }), session)
 * const orders = await api.get('orders').json()
 * ```
 */
export function withAutoRefresh(
  instance: KyInstance,
  session: TokenSource,
  { fetch = globalThis.fetch, ...options }: KyAutoRefreshOptions = {},
): KyInstance {
  return instance.extend({ fetch: wrapFetch(fetch, session, options) })
}
