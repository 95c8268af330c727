import { Hono } from 'hono'
import { sql } from 'kysely'
import { createTotals } from './admin/counters.ts'
import { countActive } from './admin/figures.ts'
import { type AuthServerOptions, readOptions } from './auth-server-options.ts'
import { migrate } from './database/migrate.ts'
import { authMigrations, defaultTenantId } from './database/migrations.ts'
import type { AuditTrail } from './events/audit-trail.ts'
import { apiHeaders, type ServerEnv } from './http/api-headers.ts'
import type { Authenticate, Verified } from './http/authenticate.ts'
import { createRequireOwnHost } from './http/own-host.ts'
import { createRequireOwnPage } from './http/own-page.ts'
import {
  createRequireRecent,
  createRequireSession,
  type RequireSessionOptions,
} from './http/require-session.ts'
import { createSessionCookies } from './http/session-cookies.ts'
import { createShortPaths } from './http/short-paths.ts'
import { toProblem } from './http/to-problem.ts'
import type { ServerKeys } from './keys/server-keys.ts'
import { createLimiter } from './limits/rate-limits.ts'
import { consoleLogger } from './observe/logger.ts'
import { createObserveEvents } from './observe/observe-events.ts'
import { createObserveRequests } from './observe/observe-requests.ts'
import type { SessionStore } from './sessions/session-store.ts'
import { createNewsChannel } from './stream/news.ts'
import { createStreams } from './stream/streams.ts'
import { createDirectory } from './tenants/directory.ts'
import type { Deployment, TenantServer } from './tenants/tenant-server.ts'
import { createTenants, type Tenants } from './tenants/tenants.ts'
import { createTokenIssuer } from './tokens/token-issuer.ts'
import { createPasswords } from './users/passwords.ts'
import type { UserStore } from './users/user-store.ts'

/** An event of the app, for everybody in the tenant or for some. */
export interface AppMessage {
  /** Letters, digits, `.`, `_` and `-`; `session.…` is the server's own. */
  readonly event: string
  /** Sent as JSON. */
  readonly data: unknown
  readonly userId?: string | undefined
  readonly role?: string | undefined
  /** @default the default tenant */
  readonly tenantId?: string | undefined
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
  verify(
    request: Request,
    host?: { readonly ip?: string | undefined },
  ): Promise<Verified | Response>
  readonly store: SessionStore
  readonly users: UserStore
  readonly trail: AuditTrail
  /** Whether the database answers: for the readiness probe of a load balancer. */
  isReady(): Promise<boolean>
  /** Returns figures for Prometheus, in its text format: for an internal port, without a login. */
  metrics(): Promise<string>
  readonly keys: ServerKeys
  readonly tenants: Tenants
  /** Returns the stores of a tenant, or null; `store`, `users` and `trail` are the default tenant's. */
  forTenant(name: string): Promise<Pick<TenantServer, 'store' | 'users' | 'trail'> | null>
  /**
   * Deletes, in all tenants, sessions and events that have been over for longer than so many milliseconds.
   * @param retention 30 days and 365 days where left out
   */
  cleanup(retention?: { sessions?: number; events?: number }): Promise<void>
  /**
   * Tells the streams of server-sent events, on every instance, of something in the app. Clients must be
   * able to do without: send an id to read again, not the document (at most 7,900 bytes).
   * @example
   * await auth.publish({ role: 'bartender', event: 'order.placed', data: { id: '7' } })
   */
  publish(message: AppMessage): Promise<void>
  /** Ends the streams of events, and resolves when the requests that are being answered are done. */
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
  const { database, keys, clock, settings, places, ...read } = readOptions(options)

  await migrate(database, 'tabkeeper_', authMigrations(database.dialect))

  const { logger = consoleLogger, on = () => {} } = options
  const observeEvent = createObserveEvents(logger)
  const issuer = createTokenIssuer(keys, read.names, clock, read.accessTokenTtl)
  const news = createNewsChannel(database)
  const streams = createStreams(database, news, clock, read.events)
  const totals = createTotals(clock.now())
  const requireRecent = createRequireRecent(clock, read.recentAuth)
  const { auth: basePath, allowedOrigins } = places
  const deployment: Deployment = {
    settings,
    keys,
    issuer,
    cookies: createSessionCookies(settings.clients, basePath, read.cookies),
    requireOwnPage: createRequireOwnPage({ basePath, allowedOrigins, ...read.cookies }),
    requireRecent,
    limiter: createLimiter(options.rateLimits, options.redis),
    passwords: options.passwords ?? createPasswords(),
    news,
    streams,
    registration: options.registration ?? { role: 'user' },
    importedSessions: options.importedSessions ?? false,
    places,
    admin: read.admin,
    logger,
    on(event) {
      totals.count(event)
      observeEvent(event)
      on(event)
    },
  }
  const observe = createObserveRequests(logger, settings.addresses)
  const tenants = createTenants(database, clock)
  const directory = createDirectory(deployment, tenants, defaultTenantId, options.tenantOf)
  const running = new Set<Promise<unknown>>()
  const requireOwnHost = createRequireOwnHost(options.allowedHosts)
  const toEndpoint = createShortPaths(options.shortPaths, basePath)

  const authenticate: Authenticate = async (request, host) =>
    (await tenantOf(request)).authenticate(request, host)

  /** @throws {Problem} 421 or 404 for a request that is nobody's here */
  function tenantOf(request: Request) {
    requireOwnHost(request)
    return directory.ofRequest(request)
  }

  async function answer(request: Request, host: { ip?: string | undefined }): Promise<Response> {
    try {
      return await (await tenantOf(request)).fetch(toEndpoint(request), host)
    } catch (error) {
      // Only finding the tenant can fail: the app of a tenant answers its failures itself.
      const app = new Hono<ServerEnv>().use(apiHeaders({ allowedOrigins }))
      app.all('*', c => toProblem(error).toResponse(c.get('requestId')))
      return app.fetch(request)
    }
  }

  return {
    async fetch(request, host = {}) {
      const answering = observe(request, host, () => answer(request, host))
      running.add(answering)
      try {
        return await answering
      } finally {
        running.delete(answering)
      }
    },
    requireSession: createRequireSession(authenticate, requireRecent),
    requireRecent,
    async verify(request, host) {
      try {
        return await authenticate(request, host)
      } catch (error) {
        return toProblem(error).toResponse(crypto.randomUUID())
      }
    },
    store: directory.home.store,
    users: directory.home.users,
    trail: directory.home.trail,
    tenants,
    async forTenant(name) {
      const tenant = await tenants.find(name)
      return tenant && directory.ofTenant(tenant.id)
    },
    keys,
    async isReady() {
      try {
        await sql`select 1`.execute(database.kysely)
        return true
      } catch {
        return false
      }
    },
    async metrics() {
      const { active, users } = await countActive(database, clock.now())
      return totals.toText({
        tabkeeper_sessions_active: ['Sessions that are alive.', active],
        tabkeeper_users_active: ['Users with a session that is alive.', users],
      })
    },
    async cleanup({ sessions, events } = {}) {
      for (const { id } of await tenants.list()) {
        const { store, trail } = directory.ofTenant(id)
        await store.cleanupExpiredSessions(sessions === undefined ? {} : { retention: sessions })
        await trail.cleanup(events === undefined ? {} : { retention: events })
      }
    },
    publish: ({ tenantId = defaultTenantId, userId, role, event, data }) =>
      streams.publish(tenantId, event, data, { userId, role }),
    async close() {
      await streams.close()
      await Promise.allSettled(running)
    },
  }
}
