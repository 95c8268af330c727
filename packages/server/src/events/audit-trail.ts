import type { EpochMs } from '../clock.ts'
import { inPieces, piece } from '../database/in-pieces.ts'
import { fromInstant, toInstant } from '../database/values.ts'
import type { SessionSettings } from '../sessions/settings.ts'
import type { AuthEvent } from './auth-event.ts'

/** An event as it was written down. */
export type RecordedEvent = Omit<AuthEvent, 'kind'> & {
  /** Grows with every event. */
  readonly id: number
  readonly kind: string
}

export interface EventQuery {
  readonly userId?: string | undefined
  readonly kind?: string | undefined
  /** Only events before the one with this id. */
  readonly before?: number | undefined
  /** @default 50 */
  readonly limit?: number | undefined
}

/** What happened in a tenant, newest first. */
export interface AuditTrail {
  list(query?: EventQuery): Promise<readonly RecordedEvent[]>
  /**
   * Deletes what is older than `retention` (milliseconds, default 365 days) and returns how many.
   * Any number of instances may do it at any time.
   */
  cleanup(options?: { retention?: number }): Promise<number>
}

const year = 365 * 24 * 60 * 60_000

export const createAuditTrail = ({
  database: { kysely, dialect },
  tenantId,
  clock,
}: SessionSettings): AuditTrail => ({
  async list({ userId, kind, before, limit = 50 } = {}) {
    const rows = await kysely
      .selectFrom('auth_events')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .$if(userId !== undefined, query => query.where('user_id', '=', userId ?? ''))
      .$if(kind !== undefined, query => query.where('kind', '=', kind ?? ''))
      .$if(before !== undefined, query => query.where('id', '<', before ?? 0))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(row => ({
      id: row.id,
      at: fromInstant(row.at),
      tenantId,
      userId: row.user_id,
      sessionId: row.session_id,
      kind: row.kind,
      ip: row.ip,
      userAgent: row.user_agent,
      data: readData(row.data),
    }))
  },
  async cleanup({ retention = year } = {}) {
    const oldest: EpochMs = clock.now() - retention
    const old = kysely
      .selectFrom('auth_events')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('at', '<', toInstant(oldest))
      .limit(piece)
      .$if(dialect === 'postgres', query => query.forUpdate().skipLocked())
    return inPieces(() =>
      kysely.deleteFrom('auth_events').where('id', 'in', old).executeTakeFirst(),
    )
  },
})

/** PostgreSQL returns JSON parsed, SQLite as the text that `record` has written. */
const readData = (data: string | AuthEvent['data'] | null): AuthEvent['data'] =>
  typeof data === 'string' ? JSON.parse(data) : (data ?? {})
