import { type Counters, createCounters } from '../admin/counters.ts'
import { type AuditTrail, createAuditTrail } from '../events/audit-trail.ts'
import { type AuthEvent, createEventLog } from '../events/auth-event.ts'
import { type AppPlaces, createApp } from '../http/app.ts'
import { type Authenticate, createProve } from '../http/authenticate.ts'
import { createClientOf } from '../http/client-of.ts'
import { createHandOver } from '../http/hand-over.ts'
import type { RequireOwnPage } from '../http/own-page.ts'
import { createPresented } from '../http/presented.ts'
import type { Services } from '../http/services.ts'
import type { SessionCookies } from '../http/session-cookies.ts'
import type { ServerKeys } from '../keys/server-keys.ts'
import { type Limiter, limitsOf } from '../limits/rate-limits.ts'
import type { Logger } from '../observe/logger.ts'
import { note } from '../observe/request-scope.ts'
import { readImportedToken } from '../sessions/imported-token.ts'
import { createSessionStore, type SessionStore } from '../sessions/session-store.ts'
import type { SessionSettings } from '../sessions/settings.ts'
import type { NewsChannel } from '../stream/news.ts'
import type { Streams } from '../stream/streams.ts'
import type { TokenIssuer } from '../tokens/token-issuer.ts'
import type { Passwords } from '../users/passwords.ts'
import { createUserStore, type UserStore } from '../users/user-store.ts'

/** What all tenants of a deployment share. */
export interface Deployment {
  readonly settings: Omit<SessionSettings, 'tenantId'>
  readonly keys: ServerKeys
  readonly issuer: TokenIssuer
  readonly cookies: SessionCookies
  readonly requireOwnPage: RequireOwnPage
  readonly requireRecent: Services['requireRecent']
  readonly limiter: Limiter
  readonly passwords: Passwords
  readonly news: NewsChannel
  readonly streams: Streams
  readonly registration: Services['registration']
  readonly importedSessions: boolean
  readonly places: AppPlaces
  readonly admin: {
    readonly role: string
    readonly isAdminToken: (presented: string) => boolean
    readonly hasAdminTokens: boolean
  }
  readonly logger: Logger
  /** Is told of what happens in any of them. */
  readonly on: (event: AuthEvent) => void
}

/** The server as one tenant sees it. */
export interface TenantServer {
  readonly tenantId: string
  readonly store: SessionStore
  readonly users: UserStore
  readonly trail: AuditTrail
  readonly counters: Counters
  readonly authenticate: Authenticate
  fetch(request: Request, host: { ip?: string | undefined }): Response | Promise<Response>
}

/** Makes the server of one tenant: every query, token and limit below here knows no other. */
export function createTenantServer(deployment: Deployment, tenantId: string): TenantServer {
  const { issuer, cookies, requireOwnPage, news, admin, registration, requireRecent } = deployment
  const settings: SessionSettings = { ...deployment.settings, tenantId }
  const counters = createCounters(settings.clock.now())
  const listener = (event: AuthEvent) => {
    counters.count(event)
    deployment.on(event)
  }
  const emit = createEventLog(settings, news, listener, deployment.logger)
  const store = createSessionStore(settings, emit)
  const users = createUserStore(settings, deployment.passwords, emit)
  const trail = createAuditTrail(settings)
  const prove = createProve({ settings, issuer, cookies, requireOwnPage, emit })
  const authenticate: Authenticate = async (request, host) => (await prove(request, host)).verified
  const readRefresh = async (text: string) =>
    issuer.readRefresh(text) ??
    (deployment.importedSessions ? readImportedToken(settings, text) : null)
  const services: Services = {
    settings,
    store,
    users,
    issuer,
    limiter: limitsOf(deployment.limiter, tenantId),
    emit,
    cookies,
    clientOf: createClientOf(settings.clients, cookies, requireOwnPage),
    handOver: createHandOver(issuer, cookies, settings.clock),
    presented: createPresented(settings, issuer, readRefresh),
    readRefresh,
    prove,
    authenticate,
    requireRecent,
    registration,
  }
  const app = createApp(services, deployment.keys, deployment.places, {
    admin: { ...admin, counters, trail },
    streams: deployment.streams,
  })
  return {
    tenantId,
    store,
    users,
    trail,
    counters,
    authenticate,
    fetch(request, host) {
      note({ tenantId })
      return app.fetch(request, { ip: host.ip })
    },
  }
}
