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
  const app = new Hono<ServerEnv>().basePath(basePath)
  app.use(apiHeaders({ allowedOrigins }))
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, allow) =>
        new Problem('method_not_allowed', { allow }).toResponse(c.get('requestId')),
    }),
  )
  app.route('/', signInRoutes(services))
  app.route('/', refreshRoutes(services))
  app.route('/', signOutRoutes(services))
  app.route('/', sessionRoutes(services))
  app.route('/', reauthenticateRoutes(services))
  app.get('/.well-known/jwks.json', c => c.json(keys.access.jwks))
  app.notFound(c => new Problem('not_found').toResponse(c.var.requestId ?? crypto.randomUUID()))
  app.onError((error, c) => toProblem(error).toResponse(c.var.requestId ?? crypto.randomUUID()))
  return app
}
