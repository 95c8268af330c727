import { Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { ServerKeys } from '../keys/server-keys.ts'
import { apiHeaders, type ServerEnv } from './api-headers.ts'
import { Problem } from './problem.ts'
import { reauthenticateRoutes } from './routes/reauthenticate.ts'
import { refreshRoutes } from './routes/refresh.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { signOutRoutes } from './routes/sign-out.ts'
import type { Services } from './services.ts'
import { toProblem } from './to-problem.ts'

/** The wire contract as one app. */
export function createApp(
  services: Services,
  keys: ServerKeys,
  { basePath, allowedOrigins }: { basePath: string; allowedOrigins: readonly string[] },
) {
  const app = new Hono<ServerEnv>()
  app.use(apiHeaders({ allowedOrigins }))
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
  app.route(basePath, reauthenticateRoutes(services))
  app.basePath(basePath).get('/.well-known/jwks.json', c => c.json(keys.access.jwks))
  app.notFound(c => new Problem('not_found').toResponse(c.get('requestId')))
  app.onError((error, c) => toProblem(error).toResponse(c.get('requestId')))
  return app
}
