import { type Clock, systemClock } from './clock.ts'
import { migrate } from './database/migrate.ts'
import { authMigrations, defaultTenantId } from './database/migrations.ts'
import type { Database } from './database/open-database.ts'
import { type AuthEvent, createEventLog } from './events/auth-event.ts'
import { createApp } from './http/app.ts'
import { createAuthenticate, type Verified } from './http/authenticate.ts'
import {
  createRequireRecent,
  createRequireSession,
  type RequireSessionOptions,
} from './http/require-session.ts'
import { toProblem } from './http/to-problem.ts'
import type { ServerKeys } from './keys/server-keys.ts'
import { createLimiter, type RateLimits } from './limits/rate-limits.ts'
import { type Clients, defaultClients } from './sessions/client-policy.ts'
import { createSessionStore, type SessionStore } from './sessions/session-store.ts'
import { createTokenIssuer } from './tokens/token-issuer.ts'
import { createPasswords } from './users/passwords.ts'
import { createUserStore, type UserStore } from './users/user-store.ts'

/** All durations are milliseconds. */
export interface AuthServerOptions {
  /** From `openDatabase`; its tables are brought up to date. It stays open when the server closes. */
  readonly database: Database
  /** From `loadKeys`, or `generateKeys` for a trial. */
  readonly keys: ServerKeys
  /** Where the endpoints are. @default '/api/auth' */
  readonly basePath?: string | undefined
  /** Life of an access token; up to 5 % shorter at random. @default 30 minutes */
  readonly accessTokenTtl?: number | undefined
  /** In which a superseded refresh token gets the same successor; must exceed the clients' refresh timeout. @default 30_000 */
  readonly grace?: number | undefined
  /** How recent a password must be for ending other sessions; 0 turns this off. @default 15 minutes */
  readonly recentAuth?: number | undefined
  /** Most live sessions of one user. @default 20 */
  readonly maxSessions?: number | undefined
  /** The clients that `X-Session-Client` may name. @default defaultClients */
  readonly clients?: Clients | undefined
  /** The role of those who register, or `false` to close registration. @default { role: 'user' } */
  readonly registration?: { readonly role: string } | false | undefined
  /** `false` turns all of them off. @default defaultRateLimits */
  readonly rateLimits?: Partial<RateLimits> | false | undefined
  /** Origins of pages elsewhere that may call the endpoints, exactly as browsers send them. @default none */
  readonly allowedOrigins?: readonly string[] | undefined
  /** `iss` of access tokens. @default 'tabkeeper' */
  readonly issuer?: string | undefined
  /** `aud` of access tokens. @default 'tabkeeper' */
  readonly audience?: string | undefined
  readonly clock?: Clock | undefined
  /** Is told what happens; called after it is stored, never awaited. */
  readonly on?: ((event: AuthEvent) => void) | undefined
}

/** The reference server as a function from a request to a response. */
export interface AuthServer {
  /** Answers a request; `ip` is the client's address as the host has seen it. */
  fetch(request: Request, host?: { readonly ip?: string | undefined }): Promise<Response>
  /** Returns Hono middleware that lets only signed-in users pass, as `c.var.auth`. */
  requireSession(
    options?: RequireSessionOptions,
  ): ReturnType<ReturnType<typeof createRequireSession>>
  /**
   * Refuses what needs a recent password; for a route that needs it only sometimes. Where it is
   * always needed, `requireSession({ recent: true })` says so.
   * @throws {Problem} 401 `insufficient_user_authentication`
   */
  requireRecent(verified: Verified): void
  /** Proves who sends a request, for any other framework; a Response is the refusal to send back. */
  verify(request: Request): Promise<Verified | Response>
  readonly store: SessionStore
  readonly users: UserStore
  readonly keys: ServerKeys
  /** Resolves when the requests that are being answered are done. */
  close(): Promise<void>
}

/**
 * Makes the server: sign-in, refresh with rotation, sessions, sign-out.
 *
 * @throws {TypeError} for options that cannot work.
 * @example
 * const database = await openDatabase({ dataDir: '.data' })
 * const keys = await loadKeys({ dataDir: '.data', env: process.env })
 * const auth = await createAuthServer({ database, keys })
 * const response = await auth.fetch(new Request('http://localhost/api/auth/me'))
 */
export async function createAuthServer(options: AuthServerOptions): Promise<AuthServer> {
  const { database, keys } = options
  const clock = options.clock ?? systemClock
  const basePath = options.basePath ?? '/api/auth'
  if (!/^\/(?:[^/]+(?:\/[^/]+)*)?$/.test(basePath)) {
    throw new TypeError(
      `"basePath" must begin with a slash and not end with one; got "${basePath}"`,
    )
  }
  const settings = {
    database,
    clock,
    tenantId: defaultTenantId,
    clients: options.clients ?? defaultClients,
    grace: duration('grace', options.grace ?? 30_000, 0),
    maxSessions: options.maxSessions ?? 20,
  }
  const accessTokenTtl = duration('accessTokenTtl', options.accessTokenTtl ?? 30 * 60_000, 1_000)
  const recentAuth = duration('recentAuth', options.recentAuth ?? 15 * 60_000, 0)

  await migrate(database, 'tabkeeper_', authMigrations(database.dialect))

  const { issuer: iss = 'tabkeeper', audience = 'tabkeeper', on = () => {} } = options
  const issuer = createTokenIssuer(keys, { issuer: iss, audience }, clock, accessTokenTtl)
  const emit = createEventLog(settings, on)
  const store = createSessionStore(settings, emit)
  const users = createUserStore(settings, createPasswords())
  const authenticate = createAuthenticate(settings, issuer)
  const requireRecent = createRequireRecent(clock, recentAuth)
  const limiter = createLimiter(options.rateLimits)
  const registration = options.registration ?? { role: 'user' }
  const services = {
    settings,
    store,
    users,
    issuer,
    limiter,
    emit,
    authenticate,
    requireRecent,
    registration,
  }
  const app = createApp(services, keys, {
    basePath,
    allowedOrigins: options.allowedOrigins ?? [],
  })
  const running = new Set<Promise<unknown>>()

  return {
    async fetch(request, host = {}) {
      const answer = Promise.resolve(app.fetch(request, { ip: host.ip }))
      running.add(answer)
      try {
        return await answer
      } finally {
        running.delete(answer)
      }
    },
    requireSession: createRequireSession(authenticate, requireRecent),
    requireRecent,
    async verify(request) {
      try {
        return await authenticate(request)
      } catch (error) {
        return toProblem(error).toResponse(crypto.randomUUID())
      }
    },
    store,
    users,
    keys,
    async close() {
      await Promise.allSettled(running)
    },
  }
}

function duration(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value
  throw new TypeError(`"${name}" must be at least ${least} milliseconds; got ${value}`)
}
