import { restEndpoint } from '../platform/rest-endpoint.ts'
import { localStorageArea, memoryArea } from '../platform/token-area.ts'
import type { AuthEndpoint } from '../ports/auth-endpoint.ts'
import type { TokenArea } from '../ports/token-area.ts'
import type { RefreshPolicy } from '../tokens/lifetime.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import type { StepUpChallenge } from '../tokens/step-up-challenge.ts'
import type { StandardSchemaV1 } from './standard-schema.ts'
import { ownerOfKey, type StorageKeys, storageKeys } from './storage-keys.ts'

export interface SessionOptions<User = unknown> {
  /** Names the keys, the lock and the channel: `'admin'`. One session per app and page. */
  readonly app: string
  /** Where the server's auth endpoints are; `restEndpoint` speaks to them. Give this or `endpoint`. */
  readonly authUrl?: string | URL
  /** Any other server. */
  readonly endpoint?: AuthEndpoint
  /** @default storageKeys(app) */
  readonly keys?: Partial<StorageKeys>
  /** @default localStorageArea() */
  readonly storage?: TokenArea
  /** Validates and types the user: a schema of zod, valibot, arktype … */
  readonly user?: StandardSchemaV1<unknown, User>
  /** Origins that may see a token. @default the page's own and that of `authUrl` */
  readonly allowedOrigins?: readonly string[]
  /** Milliseconds before its end from which a token is refreshed; at most 20 % of its life. @default 300_000 */
  readonly refreshAhead?: number
  /** Milliseconds before its end from which a token is treated as over; at most 10 % of its life. @default 10_000 */
  readonly leeway?: number
  /** Refresh by timer even when nobody asks for a token. @default false */
  readonly keepAlive?: boolean
  /** Milliseconds until a call to the server is given up; has to stay below the server's grace. @default 10_000 */
  readonly refreshTimeout?: number
  /** How many requests may wait for the session at once; who comes then gets `too-many-waiting`. @default 20_000 */
  readonly maxWaiting?: number
  /** Called when the session ends: the place to redirect. */
  onSignedOut?(reason: SignOutReason): void
  /**
   * Called when a server wants the user to prove again who they are (a 401 with
   * `insufficient_user_authentication`, RFC 9470): the place to ask for the password and to `adopt` the
   * tokens that come of it. However many requests need it, there is one call at a time; they wait
   * for it, whatever their time-out is, and are sent once more when its promise is kept. Reject, or resolve
   * with `false`, to give up: they fail with `step-up-cancelled`, and the session goes on. `signal`
   * aborts when the session is over and the question with it. Its own requests go by a plain `fetch`, as in
   * the example of the README: one that is asked for a step-up itself would wait for this very call.
   *
   * Without it, such a 401 is the caller's.
   */
  onStepUp?(challenge: StepUpChallenge, options: { readonly signal: AbortSignal }): Promise<unknown>
}

export interface Settings {
  readonly app: string
  readonly endpoint: AuthEndpoint
  readonly keys: StorageKeys
  readonly storage: TokenArea
  readonly allowedOrigins: ReadonlySet<string>
  readonly policy: RefreshPolicy
  readonly refreshTimeout: number
  readonly maxWaiting: number
}

/** Reads the options; a mistake in them is a `TypeError` that says what was found and what to give. */
export function readOptions<User>(options: SessionOptions<User>): Settings {
  const app = readApp(options?.app)
  const { authUrl, storage, endpoint, keepAlive = false, maxWaiting = 20_000 } = options
  const { user, onSignedOut, onStepUp } = options
  const { refreshAhead = 300_000, leeway = 10_000, refreshTimeout = 10_000 } = options
  if (storage !== undefined) checkMethods('storage', storage, ['read', 'write', 'erase'])
  if (endpoint !== undefined) checkMethods('endpoint', endpoint, ['login', 'refresh', 'revoke'])
  else if (!authUrl)
    throw mistake(
      '"authUrl" has to be the URL of the auth endpoints, such as \'/api/auth\' (or give "endpoint")',
      authUrl,
    )
  for (const [name, ms] of Object.entries({ refreshAhead, leeway, refreshTimeout }))
    if (!(Number.isFinite(ms) && ms >= 0))
      throw mistake(`"${name}" has to be a number of milliseconds, 0 or more`, ms)
  for (const [name, callback] of Object.entries({ onSignedOut, onStepUp }))
    if (callback !== undefined && typeof callback !== 'function')
      throw mistake(`"${name}" has to be a function`, callback)
  if (user !== undefined && typeof user?.['~standard']?.validate !== 'function')
    throw mistake('"user" has to be a schema of zod, valibot, arktype …', user)
  if (!(maxWaiting >= 1)) throw mistake('"maxWaiting" has to be a number, 1 or more', maxWaiting)

  return {
    app,
    endpoint: endpoint ?? restEndpoint(authUrl ?? '', { client: app }),
    keys: readKeys(app, options.keys),
    storage: storage ?? (isServer() ? memoryArea() : localStorageArea()),
    allowedOrigins: readOrigins(options.allowedOrigins, authUrl),
    policy: { refreshAhead, leeway, keepAlive },
    refreshTimeout,
    maxWaiting,
  }
}

/** Node, Deno or Bun without a page: nothing is shared between the requests of different people. */
export function isServer(): boolean {
  return globalThis.document === undefined && !('WorkerGlobalScope' in globalThis)
}

function readApp(app: unknown): string {
  if (typeof app === 'string' && app.trim() !== '') return app
  throw mistake('"app" has to be a non-empty string that names the app, such as \'admin\'', app)
}

/** The keys of an app; a mistake in them is a `TypeError`. */
export function readKeys(app: string, given: Partial<StorageKeys> = {}): StorageKeys {
  readApp(app)
  const keys = { ...storageKeys(app), ...given }
  const names = [keys.accessToken, keys.refreshToken]
  if (keys.user !== null) names.push(keys.user)
  for (const name of names) {
    if (typeof name !== 'string' || name === '')
      throw mistake('"keys" has to hold non-empty strings (the user\'s may be null)', name)
    if (name.startsWith('tabkeeper'))
      throw mistake(
        '"keys" has to hold names different from those that begin with "tabkeeper"',
        name,
      )
    // A name that was given is meant so.
    const owner = Object.values(given).includes(name) ? null : ownerOfKey(name, app)
    if (owner !== null)
      throw mistake(
        `'${name}' is a key of the app '${owner}': give "keys" of its own to the app`,
        app,
      )
  }
  if (new Set(names).size < names.length)
    throw mistake('"keys" has to hold a different name for each string', names.join(', '))
  return keys
}

/** The key of the record of what the tokens are. */
export function recordKey(app: string): string {
  return `tabkeeper:${app}`
}

/** The key of the pause after a refresh without a verdict. */
export function pauseKey(app: string): string {
  return `tabkeeper-pause:${app}`
}

/** The key of the word that is left of a session's end. */
export function endingKey(app: string): string {
  return `tabkeeper-ending:${app}`
}

/** The key of the sign-outs that the server could not be told of. */
export function unfinishedKey(app: string): string {
  return `tabkeeper-unfinished:${app}`
}

function readOrigins(
  given: readonly string[] | undefined,
  authUrl: string | URL | undefined,
): ReadonlySet<string> {
  const page = globalThis.location?.origin
  if (given === undefined) {
    const own = authUrl === undefined ? undefined : originOf(String(authUrl))
    return new Set(
      [page, own].filter(origin => origin !== undefined && origin !== 'null') as string[],
    )
  }
  return new Set(
    (Array.isArray(given) ? given : [given]).map(text => {
      const { href, origin } = URL.canParse(text) ? new URL(text) : { href: '', origin: '' }
      if (href === `${origin}/`) return origin
      throw mistake(
        '"allowedOrigins" has to hold origins such as \'https://api.example.test\'',
        text,
      )
    }),
  )
}

function originOf(url: string): string | undefined {
  const base = globalThis.location?.href
  return URL.canParse(url, base) ? new URL(url, base).origin : undefined
}

function checkMethods(name: string, value: unknown, methods: readonly string[]): void {
  const missing = methods.filter(each => typeof Reflect.get(Object(value), each) !== 'function')
  if (missing.length === 0) return
  const lack =
    typeof value === 'object' && value !== null ? `one without ${missing.join(', ')}` : undefined
  throw mistake(`"${name}" needs ${methods.join(', ')}`, value, lack)
}

function mistake(
  what: string,
  found: unknown,
  shown = typeof found === 'string' ? `'${found}'` : String(found),
): TypeError {
  return new TypeError(`createSession: ${what}; got ${shown}.`)
}
