import { createAdminTokens } from './admin/admin-token.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Database } from './database/open-database.ts'
import type { AuthEvent } from './events/auth-event.ts'
import type { KeptAddress } from './events/kept-address.ts'
import type { CookieOptions } from './http/session-cookies.ts'
import type { ServerKeys } from './keys/server-keys.ts'
import type { RateLimits } from './limits/rate-limits.ts'
import type { RedisCounter } from './limits/redis.ts'
import type { Logger } from './observe/logger.ts'
import { type Clients, defaultClients } from './sessions/client-policy.ts'
import { StartupError } from './startup-error.ts'
import type { StreamLimits } from './stream/streams.ts'
import type { Passwords } from './users/passwords.ts'

/** All durations are milliseconds. */
export interface AuthServerOptions {
  /** From `openDatabase`; its tables are brought up to date. It stays open when the server closes. */
  readonly database: Database
  /** From `loadKeys`, or `generateKeys` for a trial. */
  readonly keys: ServerKeys
  /** Where the endpoints are. @default '/api/auth' */
  readonly basePath?: string | undefined
  /**
   * Below which `/login`, `/logout` and `/user` are answered too, as older clients call them: `/api` for
   * `/api/login`. They are the endpoints of the same name, and `/user` is `/me`. @default none
   */
  readonly shortPaths?: string | undefined
  /** Life of an access token, 5 seconds to 60 minutes; up to 5 % shorter at random. @default 30 minutes */
  readonly accessTokenTtl?: number | undefined
  /**
   * In which a superseded refresh token gets the same successor; must exceed the clients' refresh
   * timeout. 0 is strict, 60 seconds the most. @default 30_000
   */
  readonly grace?: number | undefined
  /** How recent a password must be for ending other sessions, 1 to 60 minutes; 0 turns this off. @default 15 minutes */
  readonly recentAuth?: number | undefined
  /** Most live sessions of one user, 1 to 1,000. @default 20 */
  readonly maxSessions?: number | undefined
  /**
   * What a sign-in beyond `maxSessions` meets: the session that was unused for longest makes room, or the
   * sign-in is refused with 403 `session_limit`. @default 'evict-oldest'
   */
  readonly whenFull?: 'evict-oldest' | 'refuse' | undefined
  /**
   * How much of clients' addresses is written to sessions and to the audit trail; truncated means the
   * network, /24 or /48. Rate limits count IPv4 addresses and IPv6 networks of /64, whatever is written
   * down. @default 'full'
   */
  readonly addresses?: KeptAddress | undefined
  /** The clients that `X-Session-Client` may name. @default defaultClients */
  readonly clients?: Clients | undefined
  /** The role of those who register, or `false` to close registration. @default { role: 'user' } */
  readonly registration?: { readonly role: string } | false | undefined
  /**
   * Whether refresh tokens of an older system are taken, whose sessions were imported (docs/importing.md).
   * While it is on, a token that is not ours costs a read. @default false
   */
  readonly importedSessions?: boolean | undefined
  /**
   * How passwords are hashed and checked, where not as here: hashes of another system, or a test that
   * signs in a thousand times. @default Argon2id, and bcrypt for hashes that come along
   */
  readonly passwords?: Passwords | undefined
  /** `false` turns all of them off. @default defaultRateLimits */
  readonly rateLimits?: Partial<RateLimits> | false | undefined
  /** From `openRedis`: limits are counted together with other instances. @default each for itself */
  readonly redis?: RedisCounter | undefined
  /** Origins of pages elsewhere that may call the endpoints, exactly as browsers send them. @default none */
  readonly allowedOrigins?: readonly string[] | undefined
  /**
   * The hosts by which the server is called, with the port where it is not the usual one; a request for
   * another is 421 `misdirected_request`. @default any
   */
  readonly allowedHosts?: readonly string[] | undefined
  /**
   * The endpoints of administrators, or `false` for none: where they are, which role may use them, and
   * the static tokens (32 random bytes or more, at most two) by which other servers may use some of them.
   * @default { path: '/api/admin', role: 'admin', tokens: [] }
   */
  readonly admin?:
    | {
        readonly path?: string | undefined
        readonly role?: string | undefined
        readonly tokens?: readonly string[] | undefined
      }
    | false
    | undefined
  /**
   * Server-sent events: where they are and how many streams may be open, or `false` for none.
   * @default { path: '/api/events', perSession: 5, total: 10_000 }
   */
  readonly events?: ({ readonly path?: string | undefined } & StreamLimits) | false | undefined
  /** How the cookies of clients with transport `split` or `cookie` are set. */
  readonly cookies?: CookieOptions | undefined
  /** `iss` of access tokens. @default 'tabkeeper' */
  readonly issuer?: string | undefined
  /** `aud` of access tokens. @default 'tabkeeper' */
  readonly audience?: string | undefined
  /**
   * Names the tenant that a request is for, by its host, its path or a header; `null` is the default
   * tenant. A name that no tenant has is answered with 404 `tenant_not_found`, and a token of another
   * tenant with 403. @default every request is for the default tenant
   */
  readonly tenantOf?: ((request: Request) => string | null) | undefined
  readonly clock?: Clock | undefined
  /**
   * Is given a line for each request and each event, and whatever fails: from `createLogger`, or a logger
   * of pino. @default warnings and errors go to the console
   */
  readonly logger?: Logger | undefined
  /** Is told what happens; called after it is stored, never awaited. */
  readonly on?: ((event: AuthEvent) => void) | undefined
}

/**
 * The options with their defaults, as the parts of the server want them.
 *
 * @throws {TypeError} for one that cannot work.
 */
export function readOptions(options: AuthServerOptions) {
  const { database, keys, clock = systemClock, allowedOrigins = [] } = options
  const { basePath = '/api/auth', shortPaths } = options
  const { path: adminPath = '/api/admin', role = 'admin', tokens = [] } = options.admin || {}
  const { path: eventsPath = '/api/events', ...streamLimits } = options.events || {}
  requirePath('basePath', basePath)
  requirePath('admin.path', adminPath)
  requirePath('events.path', eventsPath)
  if (options.admin !== false && adminPath === basePath) {
    throw new TypeError(
      `"admin.path" must be another place than "basePath"; both are "${basePath}"`,
    )
  }
  if (shortPaths !== undefined) requirePath('shortPaths', shortPaths)
  const { accessTokenTtl = 30 * minute, recentAuth = 15 * minute, maxSessions = 20 } = options
  const { issuer = 'tabkeeper', audience = 'tabkeeper', grace = 30_000 } = options
  if (recentAuth !== 0) duration('recentAuth', recentAuth, minute, 60 * minute)
  return {
    database,
    keys,
    clock,
    recentAuth,
    cookies: readCookieOptions(options.cookies),
    names: { issuer, audience },
    accessTokenTtl: duration('accessTokenTtl', accessTokenTtl, 5_000, 60 * minute),
    settings: {
      database,
      clock,
      clients: options.clients ?? defaultClients,
      grace: duration('grace', grace, 0, minute),
      maxSessions: count('maxSessions', maxSessions, 1, 1_000),
      whenFull: options.whenFull ?? 'evict-oldest',
      addresses: options.addresses ?? 'full',
    },
    places: {
      auth: basePath,
      admin: options.admin === false ? null : adminPath,
      events: options.events === false ? null : eventsPath,
      allowedOrigins,
    },
    admin: { role, isAdminToken: createAdminTokens(tokens), hasAdminTokens: tokens.length > 0 },
    events: streamLimits,
  } as const
}

function requirePath(name: string, path: string): void {
  if (/^\/(?:[^/]+(?:\/[^/]+)*)?$/.test(path)) return
  throw new TypeError(`"${name}" must begin with a slash and not end with one; got "${path}"`)
}

/** In production a cookie that travels over plain http would be a session given away. */
function readCookieOptions({ secure = true, crossSite = false }: CookieOptions = {}) {
  if (!secure && process.env.NODE_ENV === 'production') {
    throw new StartupError(
      'bad-setting',
      'Cookies must be secure in production: leave out "cookies.secure" (or COOKIE_SECURE), and serve the pages over https.',
    )
  }
  if (!secure && crossSite) {
    throw new TypeError('"cookies.crossSite" needs "cookies.secure": browsers refuse it otherwise')
  }
  return { secure, crossSite }
}

const minute = 60_000

function count(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new TypeError(`"${name}" must be a whole number from ${least} to ${most}; got ${value}`)
}

function duration(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value
  throw new TypeError(`"${name}" must be ${least} to ${most} milliseconds; got ${value}`)
}
