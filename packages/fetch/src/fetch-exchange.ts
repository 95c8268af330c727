import { type Exchange, isOneShotBody, type Refusal, refusalOf } from '@tabkeeper/core/http'
import { copyOf, withAuthorization } from './authorization.ts'
import type { AutoRefreshOptions, Fetch } from './with-auto-refresh.ts'

/** What all requests of one wrapped fetch have in common. */
export interface FetchHost {
  readonly fetch: Fetch
  /** Whether a URL may see the token. */
  readonly mayKnow: (url: string) => boolean
  readonly shouldRefresh: AutoRefreshOptions['shouldRefresh']
}

/** One request of a wrapped fetch. A class, because there are many. */
export class FetchExchange implements Exchange<Response> {
  readonly signal: AbortSignal | null | undefined
  readonly patient: boolean
  readonly replayable: boolean
  readonly #host: FetchHost
  readonly #input: string | Request
  /** The caller's, until the first `send`: then our own, with a token in it. */
  #init: RequestInit | undefined
  /** The caller's, without a token. */
  #headers: HeadersInit | undefined
  /** A copy of a `Request` whose body the first `send` consumes. */
  #spare: Request | null = null

  constructor(host: FetchHost, input: string | Request, init: RequestInit | undefined) {
    const request = typeof input === 'string' ? null : input
    this.#host = host
    this.#input = input
    this.#init = init
    this.#headers = init?.headers ?? request?.headers
    this.signal = init?.signal === undefined ? request?.signal : init.signal
    this.patient = !(init?.keepalive ?? request?.keepalive)
    this.replayable = this.patient && !isOneShotBody(init?.body)
  }

  send(accessToken: string | null): Promise<Response> {
    const { fetch } = this.#host // to be called as a function: the platform's wants no other `this`
    if (accessToken === null) return fetch(this.#input, this.#init)

    const input = this.#spare ?? this.#input
    this.#init = this.#authorized(accessToken)
    this.#spare = this.replayable ? copyIfConsumed(input, this.#init) : null
    return fetch(input, this.#init)
  }

  refusalIn(response: Response): Promise<Refusal | null> | null {
    const { mayKnow, shouldRefresh } = this.#host
    if (response.status !== 401 && !shouldRefresh) return null
    // Platforms drop `Authorization` on the way to another origin, so that origin saw no token.
    if (response.redirected && !mayKnow(response.url)) return null
    return judge(response, shouldRefresh)
  }

  answerIn(): null {
    return null
  }

  whileWaiting<T>(waiting: Promise<T>): Promise<T> {
    const init = this.#init
    const headers = this.#headers && copyOf(this.#headers)
    this.#headers = headers
    if (init) this.#init = init.headers && headers ? { ...init, headers } : { ...init }
    return waiting
  }

  discard(response: Response): void {
    cancel(response.body)
  }

  release(): void {
    cancel(this.#spare?.body)
    this.#spare = null
  }

  #authorized(accessToken: string): RequestInit {
    const init = this.#init
    const request = typeof this.#input === 'string' ? null : this.#input
    const headers = withAuthorization(this.#headers, accessToken)
    if (init !== undefined || request === null) return { ...init, headers }

    // Any init at all makes fetch forget these two (Fetch standard, `new Request`: "init is not empty").
    const { referrer, referrerPolicy } = request
    return { referrer, referrerPolicy, headers }
  }
}

/** A copy of a `Request`, if sending it uses up its body. Firefox had no `Request.body` for long. */
function copyIfConsumed(input: string | Request, init: RequestInit): Request | null {
  if (typeof input === 'string' || input.body === null || (init.body ?? null) !== null) return null
  return input.method === 'GET' || input.method === 'HEAD' ? null : input.clone()
}

async function judge(
  response: Response,
  shouldRefresh: AutoRefreshOptions['shouldRefresh'],
): Promise<Refusal | null> {
  if (response.status === 401) {
    const header = response.headers.get('WWW-Authenticate')
    const refusal = await refusalOf(header, () => problemIn(response))
    if (refusal.is === 'step-up' || !shouldRefresh) return refusal
  }
  return shouldRefresh && (await ask(shouldRefresh, response)) ? { is: 'token' } : null
}

/** The JSON of an answer, read from a copy; `null` where there is none. */
async function problemIn(response: Response): Promise<unknown> {
  if (!response.headers.get('Content-Type')?.includes('json')) return null
  return response
    .clone()
    .json()
    .catch(() => null)
}

async function ask(
  shouldRefresh: NonNullable<AutoRefreshOptions['shouldRefresh']>,
  response: Response,
): Promise<boolean> {
  const copy = response.clone()
  try {
    return await shouldRefresh(copy)
  } finally {
    cancel(copy.body)
  }
}

/** Lets the platform drop a body that nobody will read; one that was read does not mind. */
function cancel(body: ReadableStream | null | undefined): void {
  body?.cancel().catch(() => {})
}
