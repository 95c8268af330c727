import type { Context } from 'hono'
import type { Clients } from '../sessions/client-policy.ts'
import type { ServerEnv } from './api-headers.ts'
import { Problem } from './problem.ts'

/**
 * Returns the client that `X-Session-Client` names, `default` without the header.
 * @throws {Problem} 400 `invalid_request` for one that is not configured
 */
export function clientOf(c: Context<ServerEnv>, clients: Clients): string {
  const client = c.req.header('X-Session-Client') ?? 'default'
  if (Object.hasOwn(clients, client)) return client
  throw new Problem('invalid_request', {
    detail: `X-Session-Client must name one of: ${Object.keys(clients).join(', ')}.`,
  })
}
