import { randomUUID } from 'node:crypto'
import { type ExpressionBuilder, type Insertable, sql } from 'kysely'
import { inPieces, piece } from '../database/in-pieces.ts'
import type { SessionTable, Tables } from '../database/tables.ts'
import { toFlag, toInstant } from '../database/values.ts'
import type { AuthEvent, EmitEvent, Origin } from '../events/auth-event.ts'
import { keptAddress } from '../events/kept-address.ts'
import { hashSecret, newSecret } from '../tokens/refresh-token.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { enterSession } from './enter-session.ts'
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
  | 'password_changed'
  | 'reuse_detected'
  | (string & {})

export interface NewSession {
  readonly userId: string
  readonly clientId: string
  readonly remember: boolean
  readonly deviceLabel: string | null
  readonly userAgent: string | null
  readonly ip: string | null
  /**
   * What `UserStore.prove` has returned. Where the account has another by now, its password was changed
   * while this one was checked, and there is no session. @default not looked at
   */
  readonly passwordHash?: string | undefined
}

/** The password that a session was to begin with is no longer the account's. */
export class PasswordChanged extends Error {
  override readonly name = 'PasswordChanged'
}

export interface Page {
  /** @default 50 */
  readonly limit?: number | undefined
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

export interface SessionSearch extends Page {
  /** Part of the user's address or name, of the device, or the beginning of the IP address. */
  readonly search?: string | undefined
}

/** Who ends sessions, for the audit trail. */
export interface EndedBy extends Partial<Origin> {
  /** The id of the user who does it to somebody else, or the name of a program. */
  readonly actor?: string | undefined
}

export interface SessionPage<Item> {
  readonly sessions: readonly Item[]
  readonly total: number
  readonly nextCursor: string | null
}

/** The sessions of one tenant. Everything that ends a session writes one event. */
export interface SessionStore {
  /**
   * Makes a session and returns it with the secret that its refresh tokens are built from. Returns null
   * where the user has as many as are allowed and none may be evicted.
   * @throws {PasswordChanged} only with a `passwordHash`
   */
  createSession(details: NewSession): Promise<{ session: Session; secret: Buffer } | null>
  /** Returns a live session and its user, or null. */
  getSession(id: string): Promise<{ session: Session; user: User } | null>
  /** Lists a user's live sessions, newest first. */
  listUserSessions(userId: string, page?: Page): Promise<SessionPage<Session>>
  /** Lists all live sessions of the tenant with their users, newest first. */
  listTenantSessions(page?: SessionSearch): Promise<SessionPage<{ session: Session; user: User }>>
  /** Ends a session; `userId` limits it to that user's. Returns what was found. */
  revokeSession(
    id: string,
    options?: { reason?: RevokeReason; userId?: string; by?: EndedBy },
  ): Promise<'revoked' | 'already-over' | 'not-found'>
  /** Ends all live sessions of a user, except one if given. Returns how many. */
  revokeUserSessions(
    userId: string,
    options?: { reason?: RevokeReason; except?: string; by?: EndedBy },
  ): Promise<number>
  /** Ends all live sessions of the tenant, except one if given. Returns how many. */
  revokeTenantSessions(options?: {
    reason?: RevokeReason
    except?: string
    by?: EndedBy
  }): Promise<number>
  /**
   * Deletes the rows of sessions that have been over for longer than `retention` (milliseconds,
   * default 30 days), and returns how many. Nothing depends on it being called, and any number of
   * instances may do it at any time.
   */
  cleanupExpiredSessions(options?: { retention?: number }): Promise<number>
}

const thirtyDays = 30 * 24 * 60 * 60_000

export function createSessionStore(settings: SessionSettings, emit: EmitEvent): SessionStore {
  const { database, tenantId, clock, clients, addresses } = settings
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

  /** Ends the live sessions of one user, or of all, except one. */
  async function revokeAll({
    userId,
    reason = 'revoked',
    except,
    by,
  }: {
    userId: string | null
    reason?: RevokeReason
    except?: string
    by?: EndedBy
  }): Promise<number> {
    const now = toInstant(clock.now())
    const { numUpdatedRows } = await kysely
      .updateTable('sessions')
      .set({ revoked_at: now, revoke_reason: reason })
      .where('tenant_id', '=', tenantId)
      .$if(userId !== null, query => query.where('user_id', '=', userId ?? ''))
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .$if(except !== undefined, query => query.where('id', '!=', except ?? ''))
      .executeTakeFirst()
    const count = Number(numUpdatedRows)
    await tell({ userId, sessionId: null }, { reason, count }, by)
    return count
  }

  const tell = (
    about: { userId: string | null; sessionId: string | null },
    data: AuthEvent['data'],
    { actor, ...origin }: EndedBy = {},
  ) =>
    emit({
      kind: 'revoked',
      ...about,
      ...origin,
      data: actor === undefined ? data : { ...data, by: actor },
    })

  return {
    async createSession(details) {
      const client = clients[details.clientId]
      if (!client) throw new TypeError(`There is no client "${details.clientId}"`)
      const { idle, absolute } = details.remember ? client.remembered : client.session
      const at = clock.now()
      const now = toInstant(at)
      const secret = newSecret()
      const row: Insertable<SessionTable> = {
        id: randomUUID(),
        tenant_id: tenantId,
        user_id: details.userId,
        client_id: details.clientId,
        transport: client.transport ?? 'bearer',
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
        ip: keptAddress(details.ip, addresses),
      }
      const entered = await enterSession(settings, row, details.passwordHash)
      if (entered.is === 'password-changed') throw new PasswordChanged()
      if (entered.is === 'full') return null
      for (const { id } of entered.evicted) {
        await emit({ kind: 'evicted', userId: details.userId, sessionId: id })
      }
      return { session: toSession(entered.session), secret }
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

    async listTenantSessions({ search, ...page } = {}) {
      const query = search ? liveSessions().where(matches(search)) : liveSessions()
      const { rows, total, nextCursor } = await list(query, page)
      return { sessions: rows.map(both), total, nextCursor }
    },

    async revokeSession(id, { reason = 'revoked', userId, by } = {}) {
      const row = await readSession(database, { tenantId, sessionId: id })
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
      await tell({ userId: row.user_id, sessionId: id }, { reason }, by)
      return 'revoked'
    },

    revokeUserSessions: (userId, options) => revokeAll({ userId, ...options }),
    revokeTenantSessions: options => revokeAll({ userId: null, ...options }),

    async cleanupExpiredSessions({ retention = thirtyDays } = {}) {
      const before = toInstant(clock.now() - retention)
      const long = kysely
        .selectFrom('sessions')
        .select('id')
        .where('tenant_id', '=', tenantId)
        .where(sql<boolean>`(expires_at < ${before} or revoked_at < ${before})`)
        .limit(piece)
        .$if(database.dialect === 'postgres', query => query.forUpdate().skipLocked())
      return inPieces(() =>
        kysely.deleteFrom('sessions').where('id', 'in', long).executeTakeFirst(),
      )
    },
  }
}

/** Looks for the text as it is: `%` and `_` are characters like others. */
function matches(search: string) {
  const text = search.toLowerCase().replace(/[\\%_]/g, '\\$&')
  const contains = (column: string) =>
    sql<boolean>`lower(${sql.ref(column)}) like ${`%${text}%`} escape '\\'`
  return ({ or }: ExpressionBuilder<Tables, 'sessions' | 'users'>) =>
    or([
      contains('users.email'),
      contains('users.name'),
      contains('sessions.device_label'),
      sql<boolean>`cast(${sql.ref('sessions.ip')} as text) like ${`${text}%`} escape '\\'`,
    ])
}

const both = (row: SessionWithUser) => ({ session: toSession(row), user: toUser(row) })
