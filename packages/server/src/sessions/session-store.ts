import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { toFlag, toInstant } from '../database/values.ts'
import type { EmitEvent, Origin } from '../events/auth-event.ts'
import { hashSecret, secretLength } from '../tokens/refresh-token.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { readSession, selectSessions } from './read-session.ts'
import { type Session, type SessionWithUser, toSession, toUser, type User } from './session.ts'
import type { SessionSettings } from './settings.ts'

/** Why a session was ended; shown to its client as `reason`. */
export type RevokeReason =
  | 'logout'
  | 'logout_all'
  | 'revoked'
  | 'replaced'
  | 'session_limit'
  | 'reuse_detected'
  | (string & {})

export interface NewSession {
  readonly userId: string
  readonly clientId: string
  readonly remember: boolean
  readonly deviceLabel: string | null
  readonly userAgent: string | null
  readonly ip: string | null
}

export interface Page {
  /** @default 50 */
  readonly limit?: number | undefined
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

export interface SessionPage<Item> {
  readonly sessions: readonly Item[]
  readonly total: number
  readonly nextCursor: string | null
}

/** The sessions of one tenant. Everything that ends a session writes one event. */
export interface SessionStore {
  /** Makes a session and returns it with the secret that its refresh tokens are built from. */
  createSession(details: NewSession): Promise<{ session: Session; secret: Buffer }>
  /** Returns a live session and its user, or null. */
  getSession(id: string): Promise<{ session: Session; user: User } | null>
  /** Lists a user's live sessions, newest first. */
  listUserSessions(userId: string, page?: Page): Promise<SessionPage<Session>>
  /** Lists all live sessions of the tenant with their users, newest first. */
  listTenantSessions(page?: Page): Promise<SessionPage<{ session: Session; user: User }>>
  /** Ends a session; `userId` limits it to that user's. Returns what was found. */
  revokeSession(
    id: string,
    options?: { reason?: RevokeReason; userId?: string; by?: Partial<Origin> },
  ): Promise<'revoked' | 'already-over' | 'not-found'>
  /** Ends all live sessions of a user, except one if given. Returns how many. */
  revokeUserSessions(
    userId: string,
    options?: { reason?: RevokeReason; except?: string; by?: Partial<Origin> },
  ): Promise<number>
  /**
   * Deletes the rows of sessions that have been over for longer than `retention` (milliseconds,
   * default 30 days). Nothing depends on it being called.
   */
  cleanupExpiredSessions(options?: { retention?: number }): Promise<number>
}

const thirtyDays = 30 * 24 * 60 * 60_000

export function createSessionStore(settings: SessionSettings, emit: EmitEvent): SessionStore {
  const { database, tenantId, clock, clients, maxSessions } = settings
  const { kysely } = database
  const liveSessions = () =>
    selectSessions(kysely, tenantId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', toInstant(clock.now()))
      .where('disabled_at', 'is', null)

  async function list(query: ReturnType<typeof liveSessions>, { limit = 50, cursor }: Page) {
    const after = cursor === undefined ? null : decodeCursor(cursor)
    const from = after
      ? query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('sessions.created_at', 'sessions.id'), '<', tuple(after.createdAt, after.id)),
        )
      : query
    const [rows, { total }] = await Promise.all([
      from
        .orderBy('sessions.created_at', 'desc')
        .orderBy('sessions.id', 'desc')
        .limit(limit + 1)
        .execute(),
      query
        .clearSelect()
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow(),
    ])
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      rows: page,
      total,
      nextCursor: rows.length > limit && last ? encodeCursor(last) : null,
    }
  }

  /** Several logins at once each make room after their own insert, so the last one sees them all. */
  async function makeRoom(session: Session): Promise<void> {
    const now = toInstant(clock.now())
    const evicted = await kysely
      .updateTable('sessions')
      .set({ revoked_at: now, revoke_reason: 'session_limit' })
      .where('tenant_id', '=', tenantId)
      .where('revoked_at', 'is', null)
      .where('id', 'in', ({ selectFrom }) =>
        selectFrom('sessions')
          .select('id')
          .where('tenant_id', '=', tenantId)
          .where('user_id', '=', session.userId)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', now)
          .orderBy('last_seen_at', 'desc')
          .orderBy('id', 'desc')
          .limit(1_000_000) // SQLite has no offset without a limit
          .offset(maxSessions),
      )
      .returning('id')
      .execute()
    for (const { id } of evicted) {
      await emit({ kind: 'evicted', userId: session.userId, sessionId: id })
    }
  }

  return {
    async createSession(details) {
      const client = clients[details.clientId]
      if (!client) throw new TypeError(`There is no client "${details.clientId}"`)
      const { idle, absolute } = details.remember ? client.remembered : client.session
      const at = clock.now()
      const now = toInstant(at)
      const secret = randomBytes(secretLength)
      const row = await kysely
        .insertInto('sessions')
        .values({
          id: randomUUID(),
          tenant_id: tenantId,
          user_id: details.userId,
          client_id: details.clientId,
          transport: 'bearer',
          seed_hash: hashSecret(secret),
          gen: 0,
          parent_gen: -1,
          window_gen: 0,
          window_at: now,
          rotated_at: now,
          confirmed_gen: 0,
          min_access_gen: 0,
          created_at: now,
          auth_time: now,
          last_seen_at: now,
          absolute_expires_at: toInstant(at + absolute),
          expires_at: toInstant(at + Math.min(idle, absolute)),
          remember: toFlag(details.remember),
          device_label: details.deviceLabel,
          user_agent: details.userAgent,
          ip: details.ip,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      const session = toSession(row)
      await makeRoom(session)
      return { session, secret }
    },

    async getSession(id) {
      const row = await liveSessions().where('sessions.id', '=', id).executeTakeFirst()
      return row ? both(row) : null
    },

    async listUserSessions(userId, page = {}) {
      const query = liveSessions().where('sessions.user_id', '=', userId)
      const { rows, total, nextCursor } = await list(query, page)
      return { sessions: rows.map(toSession), total, nextCursor }
    },

    async listTenantSessions(page = {}) {
      const { rows, total, nextCursor } = await list(liveSessions(), page)
      return { sessions: rows.map(both), total, nextCursor }
    },

    async revokeSession(id, { reason = 'revoked', userId, by } = {}) {
      const row = await readSession(kysely, tenantId, id)
      if (!row || (userId !== undefined && row.user_id !== userId)) return 'not-found'
      const now = toInstant(clock.now())
      const { numUpdatedRows } = await kysely
        .updateTable('sessions')
        .set({ revoked_at: now, revoke_reason: reason })
        .where('id', '=', id)
        .where('tenant_id', '=', tenantId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) return 'already-over'
      await emit({ kind: 'revoked', userId: row.user_id, sessionId: id, data: { reason }, ...by })
      return 'revoked'
    },

    async revokeUserSessions(userId, { reason = 'revoked', except, by } = {}) {
      const now = toInstant(clock.now())
      const { numUpdatedRows } = await kysely
        .updateTable('sessions')
        .set({ revoked_at: now, revoke_reason: reason })
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .$if(except !== undefined, query => query.where('id', '!=', except ?? ''))
        .executeTakeFirst()
      const count = Number(numUpdatedRows)
      await emit({ kind: 'revoked', userId, sessionId: null, data: { reason, count }, ...by })
      return count
    },

    async cleanupExpiredSessions({ retention = thirtyDays } = {}) {
      const before = toInstant(clock.now() - retention)
      const { numDeletedRows } = await kysely
        .deleteFrom('sessions')
        .where('tenant_id', '=', tenantId)
        .where(sql<boolean>`(expires_at < ${before} or revoked_at < ${before})`)
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

const both = (row: SessionWithUser) => ({ session: toSession(row), user: toUser(row) })
