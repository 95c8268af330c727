import { Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Places } from '../contract/openapi.ts'
import type { ServerKeys } from '../keys/server-keys.ts'
import { transportOf } from '../sessions/client-policy.ts'
import type { Streams } from '../stream/streams.ts'
import { apiHeaders, type ServerEnv } from './api-headers.ts'
import { Problem } from './problem.ts'
import { type AdminServices, adminRoutes } from './routes/admin.ts'
import { eventRoutes } from './routes/events.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { passwordRoutes } from './routes/password.ts'
import { refreshRoutes } from './routes/refresh.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { signOutRoutes } from './routes/sign-out.ts'
import type { Services } from './services.ts'
import { toProblem } from './to-problem.ts'

/** Where a deployment has its endpoints, and who may call them from elsewhere. */
export interface AppPlaces extends Places {
  readonly allowedOrigins: readonly string[]
}

/** The wire contract as one app. */
export function createApp(
  services: Services,
  keys: ServerKeys,
  places: AppPlaces,
  { admin, streams }: { admin: AdminServices; streams: Streams },
) {
  const { auth: basePath, allowedOrigins } = places
  const app = new Hono<ServerEnv>()
  const { clients } = services.settings
  const credentials = Object.keys(clients).some(one => transportOf(clients, one) !== 'bearer')
  app.use(apiHeaders({ allowedOrigins, credentials }))
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, allow) =>
        new Problem('method_not_allowed', { allow }).toResponse(c.get('requestId')),
    }),
  )
  app.route(basePath, signInRoutes(services))
  app.route(basePath, refreshRoutes(services))
  app.route(basePath, signOutRoutes(services))
  app.route(basePath, sessionRoutes(services))
  app.route(basePath, passwordRoutes(services))
  app.basePath(basePath).get('/.well-known/jwks.json', c => c.json(keys.access.jwks))
  if (places.admin !== null) app.route(places.admin, adminRoutes(services, admin))
  app.route(basePath, openApiRoutes(places))
  if (places.events !== null) app.route(places.events, eventRoutes(services, streams))
  app.notFound(c => new Problem('not_found').toResponse(c.get('requestId')))
  app.onError((error, c) => toProblem(error).toResponse(c.get('requestId')))
  return app
}
