import { restEndpoint } from '../platform/rest-endpoint.ts'
import { localStorageArea, memoryArea } from '../platform/token-area.ts'
import type { AuthEndpoint } from '../ports/auth-endpoint.ts'
import type { TokenArea } from '../ports/token-area.ts'
import type { RefreshPolicy } from '../tokens/lifetime.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import type { StandardSchemaV1 } from './standard-schema.ts'
import { type StorageKeys, storageKeys } from './storage-keys.ts'

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
  /** Called when the session ends: the place to redirect. */
  onSignedOut?(reason: SignOutReason): void
}

export interface Settings {
  readonly app: string
  readonly endpoint: AuthEndpoint
  readonly keys: StorageKeys
  readonly storage: TokenArea
  readonly allowedOrigins: ReadonlySet<string>
  readonly policy: RefreshPolicy
  readonly refreshTimeout: number
}

/** Reads the options; a mistake in them is a `TypeError` that says what was found and what to give. */
export function readOptions<User>(options: SessionOptions<User>): Settings {
  const app: unknown = options?.app
  if (typeof app !== 'string' || app.trim() === '')
    throw mistake('"app" has to be a non-empty string that names the app, such as \'admin\'', app)
  const { authUrl, storage, endpoint, refreshAhead, leeway, keepAlive, refreshTimeout } = options
  if (storage !== undefined) checkMethods('storage', storage, ['read', 'write', 'erase'])
  if (endpoint !== undefined) checkMethods('endpoint', endpoint, ['login', 'refresh', 'revoke'])
  if (endpoint === undefined && (authUrl === undefined || String(authUrl) === ''))
    throw mistake(
      '"authUrl" has to be the URL of the auth endpoints, such as \'/api/auth\' (or give "endpoint")',
      authUrl,
    )

  return {
    app,
    endpoint: endpoint ?? restEndpoint(authUrl ?? '', { client: app }),
    keys: readKeys(app, options.keys),
    storage: storage ?? (isServer() ? memoryArea() : localStorageArea()),
    allowedOrigins: readOrigins(options.allowedOrigins, authUrl),
    policy: {
      refreshAhead: readMs('refreshAhead', refreshAhead, 300_000),
      leeway: readMs('leeway', leeway, 10_000),
      keepAlive: keepAlive ?? false,
    },
    refreshTimeout: readMs('refreshTimeout', refreshTimeout, 10_000),
  }
}

/** Node, Deno or Bun without a page: nothing is shared between the requests of different people. */
export function isServer(): boolean {
  return globalThis.document === undefined && !('WorkerGlobalScope' in globalThis)
}

function readKeys(app: string, given: Partial<StorageKeys> | undefined): StorageKeys {
  const keys = { ...storageKeys(app), ...given }
  const strings = [keys.accessToken, keys.refreshToken, recordKey(app)]
  if (keys.user !== null) strings.push(keys.user)
  for (const name of strings) {
    if (typeof name !== 'string' || name === '')
      throw mistake('"keys" has to hold non-empty strings (the user\'s may be null)', name)
  }
  if (new Set(strings).size < strings.length)
    throw mistake('"keys" has to hold a different name for each string', strings.join(', '))
  return keys
}

/** The key of the record of what the tokens are; the apps' own keys never start like this. */
export function recordKey(app: string): string {
  return `tabkeeper:${app}`
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
    given.map(text => {
      const origin = originOf(text)
      if (origin === undefined || new URL(text).href !== `${origin}/`)
        throw mistake(
          '"allowedOrigins" has to hold origins such as \'https://api.example.test\'',
          text,
        )
      return origin
    }),
  )
}

function originOf(url: string): string | undefined {
  const base = globalThis.location?.href
  return URL.canParse(url, base) ? new URL(url, base).origin : undefined
}

function readMs(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault
  if (Number.isFinite(value) && value >= 0) return value
  throw mistake(`"${name}" has to be a number of milliseconds, 0 or more`, value)
}

function checkMethods(name: string, value: unknown, methods: readonly string[]): void {
  const has = (method: string) =>
    typeof value === 'object' &&
    value !== null &&
    method in value &&
    typeof (value as Record<string, unknown>)[method] === 'function'
  const missing = methods.filter(method => !has(method))
  if (missing.length === 0) return
  const found =
    typeof value === 'object' && value !== null ? `one without ${missing.join(', ')}` : value
  throw mistake(`"${name}" needs ${methods.join(', ').replace(/, (\w+)$/, ' and $1')}`, found)
}

function mistake(what: string, found: unknown): TypeError {
  const shown =
    typeof found === 'string'
      ? found.startsWith('one without')
        ? found
        : `'${found}'`
      : String(found)
  return new TypeError(`createSession: ${what}; got ${shown}.`)
}
