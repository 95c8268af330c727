import type { Context } from 'hono'
import { type Clients, transportOf } from '../sessions/client-policy.ts'
import type { Holder } from '../sessions/judge.ts'
import type { ServerEnv } from './api-headers.ts'
import { bearerToken } from './authenticate.ts'
import { isJson, type RequireOwnPage } from './own-page.ts'
import { Problem } from './problem.ts'
import type { SessionCookies } from './session-cookies.ts'

/**
 * Returns the function that says which client sends a request to sign in, refresh or sign out: the one
 * that `X-Session-Client` names, `default` without the header. Where its transport has a cookie, the
 * request must come from an own page.
 *
 * @throws {Problem} 400 `invalid_request` for a client that is not configured, 403 `csrf_rejected`
 */
export function createClientOf(
  clients: Clients,
  cookies: SessionCookies,
  requireOwnPage: RequireOwnPage,
) {
  return (c: Context<ServerEnv>): Holder => {
    const request = c.req.raw
    const clientId = request.headers.get('X-Session-Client') ?? 'default'
    const transport = transportOf(clients, clientId)
    if (transport === undefined) {
      throw new Problem('invalid_request', {
        detail: `X-Session-Client must name one of: ${Object.keys(clients).join(', ')}.`,
      })
    }
    if (transport !== 'bearer' || isStray(request)) requireOwnPage(request)
    return { clientId, transport }
  }

  /** A form elsewhere can send no more than this, and the browser adds the cookie of whoever is signed in. */
  function isStray(request: Request): boolean {
    if (request.headers.has('X-Session-Client') || isJson(request)) return false
    return bearerToken(request) === null && cookies.clientsOf(request).length > 0
  }
}

export type ClientOf = ReturnType<typeof createClientOf>
