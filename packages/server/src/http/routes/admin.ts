import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Counters } from '../../admin/counters.ts'
import { countSessions } from '../../admin/figures.ts'
import { adminEventsQuery, adminListQuery } from '../../contract/requests.ts'
import type { AuditTrail } from '../../events/audit-trail.ts'
import { countedAddress } from '../../limits/counted-address.ts'
import type { EndedBy } from '../../sessions/session-store.ts'
import type { ServerEnv } from '../api-headers.ts'
import type { Verified } from '../authenticate.ts'
import { originOf } from '../device.ts'
import { sessionDocument, userDocument } from '../documents.ts'
import { Problem, schemeOf } from '../problem.ts'
import { readQuery } from '../read-body.ts'
import type { Services } from '../services.ts'

/** Who asks: an administrator in a session, or another server by its token. */
type Admin = { readonly is: 'person'; readonly verified: Verified } | { readonly is: 'server' }

export interface AdminServices {
  readonly role: string
  /** Whether a static token is one of those that were configured. */
  readonly isAdminToken: (presented: string) => boolean
  readonly hasAdminTokens: boolean
  readonly counters: Counters
  readonly trail: AuditTrail
}

/** What administrators see and end, all within their tenant. Below `/api/admin` unless placed elsewhere. */
export function adminRoutes(services: Services, admin: AdminServices) {
  const { settings, store, users, authenticate, requireRecent, limiter, emit } = services

  /** Lets administrators pass. */
  async function requireAdmin(c: Context<ServerEnv>): Promise<Verified> {
    const verified = await authenticate(c.req.raw, c.env)
    if (verified.user.role === admin.role) return verified
    throw new Problem('forbidden', { scheme: schemeOf(verified.session.transport) })
  }

  /** Lets administrators pass whose password is recent: for everything that changes something. */
  async function requireRecentAdmin(c: Context<ServerEnv>): Promise<Verified> {
    const verified = await requireAdmin(c)
    requireRecent(verified)
    return verified
  }

  /** Lets administrators pass, and other servers with a static token; every use of one is written down. */
  async function requireAdminOrToken(c: Context<ServerEnv>): Promise<Admin> {
    const presented = c.req.header('X-Admin-Token')
    if (presented === undefined || !admin.hasAdminTokens) {
      const isSafe = c.req.method === 'GET' || c.req.method === 'HEAD'
      return { is: 'person', verified: await (isSafe ? requireAdmin(c) : requireRecentAdmin(c)) }
    }
    await limiter.consume('adminToken', countedAddress(c.env?.ip ?? null))
    const { pathname: path } = new URL(c.req.url) // as it was sent, still encoded
    const use = { ...originOf(c), data: { method: c.req.method, path: path.slice(0, 500) } }
    if (isBrowser(c.req.raw)) {
      await emit({ kind: 'admin-token-refused', ...use })
      throw new Problem('forbidden', { detail: 'An admin token never belongs into a browser.' })
    }
    if (!admin.isAdminToken(presented)) {
      await emit({ kind: 'admin-token-refused', ...use })
      throw new Problem('invalid_access_token', { detail: 'The admin token is wrong.' })
    }
    await emit({ kind: 'admin-token-used', ...use })
    return { is: 'server' }
  }

  async function setDisabled(c: Context<ServerEnv>, disabled: boolean) {
    const verified = await requireRecentAdmin(c)
    const userId = await findUser(c)
    await users.setDisabled(userId, disabled, { ...originOf(c), actor: verified.user.id })
    return c.body(null, 204)
  }

  /** Somebody of another tenant and nobody at all are the same answer. */
  async function findUser(c: Context<ServerEnv>): Promise<string> {
    const id = z.uuid().safeParse(c.req.param('id')).data
    const user = id === undefined ? null : await users.get(id)
    if (!user) throw new Problem('user_not_found')
    return user.id
  }

  async function endOne(c: Context<ServerEnv>, { user }: Verified, userId?: string) {
    const id = z.uuid().safeParse(c.req.param('sid')).data
    const by = { ...originOf(c), actor: user.id }
    const options = { reason: 'admin', by, ...(userId !== undefined && { userId }) }
    const found = id !== undefined && (await store.revokeSession(id, options))
    if (!found || found === 'not-found') throw new Problem('session_not_found')
    return c.body(null, 204)
  }

  return new Hono<ServerEnv>()
    .get('/dashboard', async c => {
      await requireAdminOrToken(c)
      return c.json(await dashboardDocument())
    })
    .get('/sessions', async c => {
      const current = currentId(await requireAdminOrToken(c))
      const { q, ...page } = readQuery(c, adminListQuery)
      const { sessions, total, nextCursor } = await store.listTenantSessions({ ...page, search: q })
      return c.json({
        sessions: sessions.map(({ session, user }) => ({
          ...sessionDocument(session, current),
          user: userDocument(user),
        })),
        total,
        next_cursor: nextCursor,
      })
    })
    .delete('/sessions', async c => {
      const { user, session } = await requireRecentAdmin(c)
      const by = { ...originOf(c), actor: user.id }
      // Whoever ends all sessions would otherwise have to sign in to see that it has worked.
      const options = { reason: 'admin', except: session.id, by }
      return c.json({ revoked: await store.revokeTenantSessions(options) })
    })
    .delete('/sessions/:sid', async c => endOne(c, await requireRecentAdmin(c)))
    .get('/users', async c => {
      await requireAdminOrToken(c)
      const { q, ...page } = readQuery(c, adminListQuery)
      const { users: found, nextCursor } = await users.list({ ...page, search: q })
      return c.json({
        users: found.map(user => ({
          ...userDocument(user),
          created_at: new Date(user.createdAt).toISOString(),
          disabled: user.disabled,
        })),
        next_cursor: nextCursor,
      })
    })
    .get('/users/:id/sessions', async c => {
      const current = currentId(await requireAdminOrToken(c))
      const userId = await findUser(c)
      const { q: _, ...page } = readQuery(c, adminListQuery)
      const { sessions, total, nextCursor } = await store.listUserSessions(userId, page)
      return c.json({
        sessions: sessions.map(session => sessionDocument(session, current)),
        total,
        next_cursor: nextCursor,
      })
    })
    .delete('/users/:id/sessions', async c => {
      const who = await requireAdminOrToken(c)
      const userId = await findUser(c)
      const actor = who.is === 'person' ? who.verified.user.id : 'admin-token'
      const by: EndedBy = { ...originOf(c), actor }
      return c.json({ revoked: await store.revokeUserSessions(userId, { reason: 'admin', by }) })
    })
    .delete('/users/:id/sessions/:sid', async c => {
      const verified = await requireRecentAdmin(c)
      return endOne(c, verified, await findUser(c))
    })
    .post('/users/:id/disable', c => setDisabled(c, true))
    .post('/users/:id/enable', c => setDisabled(c, false))
    .get('/events', async c => {
      await requireAdmin(c)
      const { user_id: userId, ...query } = readQuery(c, adminEventsQuery)
      const events = await admin.trail.list({ ...query, userId })
      return c.json({
        events: events.map(event => ({
          id: event.id,
          at: new Date(event.at).toISOString(),
          kind: event.kind,
          user_id: event.userId,
          session_id: event.sessionId,
          ip: event.ip,
          user_agent: event.userAgent,
          data: event.data,
        })),
      })
    })

  async function dashboardDocument() {
    const { counters } = admin
    const figures = await countSessions(settings)
    return {
      active: figures.active,
      users: figures.users,
      active_by_client: figures.activeByClient,
      per_user: figures.perUser,
      created_today: figures.createdToday,
      expired: figures.expired,
      revoked: figures.revoked,
      refreshes: {
        since: new Date(counters.since).toISOString(),
        rotated: counters.of('refreshed'),
        replayed: counters.of('replayed'),
        recovered: counters.of('recovered'),
        refused: counters.of('refresh-refused'),
        reuse_detected: counters.of('reuse-detected'),
      },
    }
  }
}

const currentId = (admin: Admin): string | null =>
  admin.is === 'person' ? admin.verified.session.id : null

/** Browsers cannot help sending these; a token that one of them has is a token that has leaked. */
const isBrowser = ({ headers }: Request): boolean =>
  headers.has('Origin') || [...headers.keys()].some(name => name.startsWith('sec-fetch-'))
