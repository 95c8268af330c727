import { randomUUID } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import { currentScope, note } from '../observe/request-scope.ts'
import type { Verified } from './authenticate.ts'

/** What a request carries through the app. */
export interface ServerEnv {
  Bindings: {
    /** The address of the client, as the host of the app has seen it. */
    ip?: string | undefined
  }
  Variables: { requestId: string; auth: Verified }
}

const always = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  Vary: 'Origin, Cookie',
  'X-Content-Type-Options': 'nosniff',
}

/**
 * Gives every answer of an API the headers of the wire contract, and pages of the listed origins
 * (exact, never `null` or `*`) the right to read them.
 *
 * @example
 * const api = new Hono<ServerEnv>().use(apiHeaders({ allowedOrigins: ['https://bar.example'] }))
 */
export const apiHeaders = ({
  allowedOrigins = [],
  credentials = false,
}: {
  allowedOrigins?: readonly string[]
  /** Whether pages of the listed origins may send cookies. @default false */
  credentials?: boolean
} = {}) =>
  createMiddleware<ServerEnv>(async (c, next) => {
    const requestId = currentScope()?.id ?? randomUUID()
    c.set('requestId', requestId)
    const origin = c.req.header('Origin')
    const isAllowed = origin !== undefined && allowedOrigins.includes(origin)

    const isPreflight = c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method')
    if (isPreflight) c.res = new Response(null, { status: 204 })
    else await next()
    const route = routePath(c, -1)
    if (!route.endsWith('*')) note({ route }) // else nothing but middleware has matched

    const { headers } = c.res
    for (const [name, value] of Object.entries(always)) {
      if (!headers.has(name)) headers.set(name, value) // a page may need a policy of its own
    }
    headers.set('Request-Id', requestId)
    if (!isAllowed) return
    headers.set('Access-Control-Allow-Origin', origin)
    if (credentials) headers.set('Access-Control-Allow-Credentials', 'true')
    headers.set('Access-Control-Expose-Headers', 'WWW-Authenticate, Retry-After, Request-Id')
    if (isPreflight) {
      headers.set('Access-Control-Allow-Methods', 'GET, POST, DELETE')
      headers.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-Session-Client')
      headers.set('Access-Control-Max-Age', '600')
    }
  })
