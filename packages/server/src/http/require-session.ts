import { createMiddleware } from 'hono/factory'
import type { Clock } from '../clock.ts'
import type { ServerEnv } from './api-headers.ts'
import type { Authenticate, Verified } from './authenticate.ts'
import { Problem, schemeOf } from './problem.ts'
import { toProblem } from './to-problem.ts'

export interface RequireSessionOptions {
  /** The role, or one of the roles, that may pass. @default everybody who is signed in */
  readonly role?: string | readonly string[]
  /** Lets only those pass who have given their password recently (RFC 9470). @default false */
  readonly recent?: boolean
}

/** Returns the middleware maker: `c.var.auth` behind it says who sends the request. */
export const createRequireSession =
  (authenticate: Authenticate, requireRecent: (verified: Verified) => void) =>
  ({ role, recent = false }: RequireSessionOptions = {}) =>
    createMiddleware<ServerEnv>(async (c, next) => {
      try {
        const verified = await authenticate(c.req.raw, c.env)
        const roles = typeof role === 'string' ? [role] : role
        if (roles && !roles.includes(verified.user.role)) throw new Problem('forbidden')
        if (recent) requireRecent(verified)
        c.set('auth', verified)
      } catch (error) {
        return toProblem(error).toResponse(c.var.requestId ?? crypto.randomUUID())
      }
      return next()
    })

/** Returns the check that the password was given within `recentAuth` milliseconds; 0 turns it off. */
export const createRequireRecent =
  (clock: Clock, recentAuth: number) =>
  ({ session }: Verified): void => {
    if (recentAuth === 0 || clock.now() - session.authTime <= recentAuth) return
    throw new Problem('insufficient_user_authentication', {
      maxAge: Math.floor(recentAuth / 1000),
      scheme: schemeOf(session.transport),
    })
  }
