import { type Exchange, isOneShotBody, type Refusal, refusalOf } from '@tabkeeper/core/http'
import {
  type AxiosAdapter,
  AxiosHeaders,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
  isAxiosError,
  type RawAxiosHeaders,
} from 'axios'
import { Progress } from './progress.ts'
import { WaitLimit } from './wait-limit.ts'
import type { AutoRefreshOptions } from './with-auto-refresh.ts'

/** What all requests of one wrapped instance have in common. */
export interface AxiosHost {
  /** Whether a URL may see the token. */
  readonly mayKnow: (url: string) => boolean
  readonly shouldRefresh: AutoRefreshOptions['shouldRefresh']
}

/**
 * One request of a wrapped instance, at its adapter. A class, because there are many.
 *
 * The config is axios's own object, which ends up in the response and in errors. So it is changed
 * only while an adapter reads it: in the end it is as it would have been without us, and an error
 * that somebody logs carries no token.
 */
export class AxiosExchange implements Exchange<AxiosResponse> {
  readonly patient: boolean
  readonly replayable: boolean
  readonly signal: AbortSignal | null | undefined
  readonly #host: AxiosHost
  readonly #adapter: AxiosAdapter
  readonly #config: InternalAxiosRequestConfig
  readonly #limit: WaitLimit | null
  readonly #progress: Progress | null
  readonly #replaced: string | undefined
  #carriesToken = false

  /** `replaced` is the name under which an interceptor has set a bearer token. */
  constructor(
    host: AxiosHost,
    adapter: AxiosAdapter,
    config: InternalAxiosRequestConfig,
    replaced: string | undefined,
  ) {
    this.#host = host
    this.#adapter = adapter
    this.#config = config
    this.#replaced = replaced
    this.#limit = config.timeout || config.cancelToken ? new WaitLimit(config) : null
    this.#progress =
      config.onUploadProgress || config.onDownloadProgress
        ? new Progress(config, !host.shouldRefresh)
        : null
    this.patient = !config.fetchOptions?.keepalive
    this.replayable = this.patient && !isOneShotBody(config.data)
    // axios's type names only the members that axios uses; the object is the platform's.
    this.signal = config.signal as AbortSignal | undefined
  }

  send(accessToken: string | null): Promise<AxiosResponse> {
    if (accessToken !== null) {
      const { headers } = this.#config
      if (this.#replaced !== undefined) delete headers[this.#replaced]
      // Not by `set`: it looks at each character, and so does the adapter again.
      headers.Authorization = `Bearer ${accessToken}`
      this.#carriesToken = true
    }
    this.#limit?.shorten()
    this.#progress?.begin()
    return this.#adapter(this.#config)
  }

  refusalIn(response: AxiosResponse): Promise<Refusal | null> | null {
    const { mayKnow, shouldRefresh } = this.#host
    if (response.status !== 401 && !shouldRefresh) return null

    const url = finalUrl(response)
    if (url !== null && !mayKnow(url)) return null
    return judge(response, shouldRefresh)
  }

  answerIn(failure: unknown): AxiosResponse | null {
    return (isAxiosError(failure) && failure.response) || null
  }

  whileWaiting<T>(waiting: Promise<T>, on: 'refresh' | 'user'): Promise<T> {
    // As many steps as with a limit: those that wait would overtake each other otherwise.
    if (this.#limit === null) return waiting.then(itself)
    return on === 'user' ? this.#limit.suspend(waiting) : this.#limit.bound(waiting)
  }

  discard({ data }: AxiosResponse): void {
    this.#progress?.forget()
    // Only a stream can be unread: Node's has `destroy`, the platform's `cancel`.
    if (typeof data?.destroy === 'function') data.destroy()
    else if (typeof data?.cancel === 'function') data.cancel().catch(() => {})
  }

  release(): void {
    if (this.#carriesToken) delete this.#config.headers.Authorization
    this.#limit?.restore()
    this.#progress?.end()
  }
}

/**
 * Where a response came from after redirects, as XMLHttpRequest and Node tell; fetch does not. Platforms
 * drop `Authorization` on the way to another origin, so an answer from there is not about the token.
 */
function finalUrl({ request }: AxiosResponse): string | null {
  const url: unknown = request?.responseURL || request?.res?.responseUrl
  // Adapters for tests put anything there.
  return typeof url === 'string' && /^https?:/i.test(url) ? url : null
}

async function judge(
  response: AxiosResponse,
  shouldRefresh: AutoRefreshOptions['shouldRefresh'],
): Promise<Refusal | null> {
  if (response.status === 401) {
    // The types allow absent values in a plain object of headers, the function does not mind them.
    const headers = AxiosHeaders.from(response.headers as RawAxiosHeaders)
    const header = headers.get('WWW-Authenticate')?.toString()
    const refusal = await refusalOf(header, () => problemIn(response.data))
    if (refusal.is === 'step-up' || !shouldRefresh) return refusal
  }
  return (await shouldRefresh?.(response)) ? { is: 'token' } : null
}

function itself<T>(value: T): T {
  return value
}

/** The JSON of an answer that is not transformed yet, in whatever form; `null` where there is none. */
async function problemIn(data: unknown): Promise<unknown> {
  if (typeof data !== 'string' && !isBinary(data)) return data
  try {
    return await new Response(data).json()
  } catch {
    return null
  }
}

/** A Blob, a buffer, or a view of one: what a download has asked for. By shape, for those of other realms. */
function isBinary(data: unknown): data is Blob | ArrayBuffer {
  return (
    typeof data === 'object' && data !== null && ('arrayBuffer' in data || 'byteLength' in data)
  )
}
