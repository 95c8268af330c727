import {
  type AuthServer,
  type AuthServerOptions,
  createAuthServer,
  generateKeys,
  openDatabase,
} from '@tabkeeper/server'
import { type HttpHandler, HttpResponse, http } from 'msw'
import { createFaults, type WireFault } from './faults.ts'

/** Who can sign in. A password has eight characters or more and is not a common one. */
export interface Account {
  readonly email: string
  readonly password: string
  readonly name?: string
  /** @default 'user' */
  readonly role?: string
}

export interface AuthHandlersOptions {
  readonly accounts?: readonly Account[]
  /** Where the endpoints are. @default '/api/auth' */
  readonly basePath?: string
  /** Milliseconds that an access token lives, 5 seconds to 60 minutes. @default 30 minutes */
  readonly accessTokenTtl?: number
  /** Further settings of the server. */
  readonly server?: Partial<
    Omit<AuthServerOptions, 'accessTokenTtl' | 'basePath' | 'clock' | 'database' | 'keys'>
  >
}

/** The real server behind msw, and a hand for everything that happens between it and a page. */
export interface AuthHandlers extends AsyncDisposable {
  /** For `setupServer(...handlers)`. */
  readonly handlers: readonly HttpHandler[]
  readonly server: AuthServer
  /** What `restEndpoint`, or `authUrl` of a session, is given. */
  readonly authUrl: string
  /** What was asked for, in order, by its path below `authUrl`: `POST /login`. */
  readonly asked: readonly string[]
  readonly counts: { readonly refreshes: number }
  /**
   * A handler of the app's own that lets only those pass who are signed in; others get the server's 401.
   *
   * @example
   * ```ts
   * import { HttpResponse, http } from 'msw'
   *
   * const auth = await authHandlers('https://bar.test')
   * http.get('https://bar.test/api/orders', auth.protect(() => HttpResponse.json(['a beer'])))
   * ```
   */
  protect(
    resolver: (info: { readonly request: Request }) => Response | Promise<Response>,
  ): (info: { readonly request: Request }) => Promise<Response>
  /** All access tokens are over for the server, and no page knows. */
  expireTokens(): void
  /** So many milliseconds pass for the server alone. */
  wait(ms: number): void
  /** The user ends all sessions from another device. */
  signOutElsewhere(account: Account): Promise<void>
  /** Keeps back the next answer of this path, though the work is done; returns what lets it go. */
  delay(path: string): () => void
  /** The network loses the next request to this path before the server hears of it, or its answer. */
  lose(path: string, what: 'request' | 'answer'): void
  /** The next `times` (default 1) requests to this path are answered in the place of the server; `retryAfter` in seconds. */
  fail(
    path: string,
    status: number,
    options?: { readonly retryAfter?: number; readonly times?: number },
  ): void
  /** Forgets what was still to be lost, failed or delayed, and what was asked. */
  reset(): void
  close(): Promise<void>
}

/**
 * Returns msw handlers that mount the real reference server at `origin`, with a database in memory. It runs
 * in Node (`setupServer` of `msw/node`): a service worker cannot have it.
 *
 * @example
 * ```ts
 * import { setupServer } from 'msw/node'
 *
 * const auth = await authHandlers('https://bar.test', { accounts: [{ email, password }] })
 * setupServer(...auth.handlers).listen()
 * auth.fail('/refresh', 503, { retryAfter: 10 })
 * ```
 */
export async function authHandlers(
  origin: string,
  options: AuthHandlersOptions = {},
): Promise<AuthHandlers> {
  const { accounts = [], basePath = '/api/auth', accessTokenTtl = 1_800_000 } = options
  const authUrl = origin + basePath
  const faults = createFaults()
  const asked: string[] = []
  let ahead = 0

  const database = await openDatabase({ url: ':memory:' })
  const server = await createAuthServer({
    rateLimits: false,
    ...options.server,
    database,
    keys: await generateKeys(),
    basePath,
    accessTokenTtl,
    clock: { now: () => Date.now() + ahead },
  })
  for (const account of accounts) await server.users.create({ role: 'user', ...account })

  async function answer(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname.slice(basePath.length)
    asked.push(`${request.method} ${path}`)
    return withFault(faults.take(path), () => server.fetch(request))
  }

  async function post(path: string, body: object, accessToken?: string): Promise<Response> {
    const response = await server.fetch(
      new Request(authUrl + path, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify(body),
      }),
    )
    if (response.ok) return response
    throw new Error(`${path} was answered ${response.status}: ${await response.text()}`)
  }

  async function close(): Promise<void> {
    await server.close()
    await database.close()
  }

  return {
    handlers: [http.all(`${authUrl}/*`, ({ request }) => answer(request))],
    server,
    authUrl,
    asked,
    counts: {
      get refreshes() {
        return asked.filter(each => each === 'POST /refresh').length
      },
    },
    protect: resolver => async info => {
      const verified = await server.verify(info.request)
      return verified instanceof Response ? verified : resolver(info)
    },
    expireTokens() {
      // Their end is written in whole seconds, rounded up.
      ahead += accessTokenTtl + 1_000
    },
    wait(ms) {
      ahead += ms
    },
    async signOutElsewhere({ email, password }) {
      const signedIn = await post('/login', { email, password })
      await post('/logout-all', {}, (await signedIn.json()).access_token)
    },
    delay(path) {
      let release = () => {}
      const until = new Promise<void>(resolve => {
        release = resolve
      })
      faults.add(path, { is: 'delayed', until }, 1)
      return release
    },
    lose: (path, what) => faults.add(path, { is: `${what}-lost` }, 1),
    fail: (path, status, { retryAfter, times = 1 } = {}) =>
      faults.add(path, { is: 'failed', status, retryAfter }, times),
    reset() {
      faults.clear()
      asked.length = 0
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function withFault(
  fault: WireFault | undefined,
  send: () => Promise<Response>,
): Promise<Response> {
  switch (fault?.is) {
    case undefined:
      return send()
    case 'request-lost':
      return HttpResponse.error()
    case 'answer-lost':
      await send()
      return HttpResponse.error()
    case 'failed': {
      const { status, retryAfter } = fault
      const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }
      return new HttpResponse(null, { status, headers })
    }
    case 'delayed': {
      const response = await send()
      await fault.until
      return response
    }
  }
}
