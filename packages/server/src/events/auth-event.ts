import type { Clock, EpochMs } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import { toInstant } from '../database/values.ts'
import { describeError, type Logger } from '../observe/logger.ts'
import type { NewsChannel } from '../stream/news.ts'
import { type KeptAddress, keptAddress } from './kept-address.ts'

/** What happened, as a fact. */
export type AuthEventKind =
  | 'registered'
  | 'login'
  | 'login-failed'
  | 'refreshed'
  | 'replayed'
  | 'recovered'
  | 'refresh-refused'
  | 'reuse-detected'
  | 'generation-ahead'
  | 'reauthenticated'
  | 'reauthentication-failed'
  | 'password-changed'
  | 'password-change-failed'
  | 'new-device'
  | 'login-refused'
  | 'revoked'
  | 'evicted'
  | 'user-disabled'
  | 'user-enabled'
  | 'admin-token-used'
  | 'admin-token-refused'

/** Where a request came from. */
export interface Origin {
  readonly ip: string | null
  readonly userAgent: string | null
}

/** Something that happened to a session or an account; it never contains a credential. */
export interface AuthEvent extends Origin {
  readonly kind: AuthEventKind
  readonly at: EpochMs
  readonly tenantId: string
  readonly userId: string | null
  readonly sessionId: string | null
  readonly data: Readonly<Record<string, string | number | boolean>>
}

export type EmitEvent = (
  event: Pick<AuthEvent, 'kind'> & Partial<Omit<AuthEvent, 'kind' | 'at' | 'tenantId'>>,
) => Promise<void>

const everyday: ReadonlySet<AuthEventKind> = new Set(['refreshed', 'replayed', 'refresh-refused'])

/**
 * The everyday ones are told to the listener but not written to the audit trail: a rotation is one
 * write, a replay none, and a forged token reaches no database. A replay from elsewhere is not everyday.
 */
export const isEveryday = ({ kind, data }: Pick<AuthEvent, 'kind' | 'data'>): boolean =>
  everyday.has(kind) && data.elsewhere !== true

/** What changes a session or the list that its user sees; streams of events look at theirs again. */
const changing: ReadonlySet<AuthEventKind> = new Set([
  'login',
  'registered',
  'revoked',
  'evicted',
  'reuse-detected',
  'reauthenticated',
  'password-changed',
  'user-disabled',
  'user-enabled',
])

/**
 * Returns the function that writes an event to `auth_events`, tells it to all instances and then to the
 * listener.
 */
export function createEventLog(
  {
    database,
    clock,
    tenantId,
    addresses,
  }: { database: Database; clock: Clock; tenantId: string; addresses: KeptAddress },
  news: NewsChannel,
  listener: (event: AuthEvent) => void,
  logger: Logger,
): EmitEvent {
  return async partial => {
    const event: AuthEvent = {
      userId: null,
      sessionId: null,
      userAgent: null,
      data: {},
      ...partial,
      ip: keptAddress(partial.ip ?? null, addresses),
      at: clock.now(),
      tenantId,
    }
    if (!isEveryday(event)) await record(database, event)
    if (changing.has(event.kind)) {
      const { userId, kind } = event
      // What is not heard of now is found within 15 seconds.
      await news
        .publish({ is: 'sessions-changed', tenantId, userId, kind })
        .catch(error => logger.error({ error: describeError(error) }, 'News were not published'))
    }
    try {
      listener(event)
    } catch (error) {
      const fields = { event: event.kind, error: describeError(error) }
      logger.error(fields, 'The "on" listener failed')
    }
  }
}

async function record({ kysely }: Database, event: AuthEvent): Promise<void> {
  await kysely
    .insertInto('auth_events')
    .values({
      at: toInstant(event.at),
      tenant_id: event.tenantId,
      user_id: event.userId,
      session_id: event.sessionId,
      kind: event.kind,
      ip: event.ip,
      user_agent: event.userAgent,
      data: JSON.stringify(event.data),
    })
    .execute()
}
