import type { Clock, EpochMs } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import { toInstant } from '../database/values.ts'

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
  | 'revoked'
  | 'evicted'

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

/**
 * The everyday ones are told to the listener but not written to the audit trail: a rotation is one
 * write, a replay none, and a forged token reaches no database.
 */
const unrecorded: ReadonlySet<AuthEventKind> = new Set(['refreshed', 'replayed', 'refresh-refused'])

/** Returns the function that writes an event to `auth_events` and then tells the listener. */
export function createEventLog(
  { database, clock, tenantId }: { database: Database; clock: Clock; tenantId: string },
  listener: (event: AuthEvent) => void,
): EmitEvent {
  return async partial => {
    const event: AuthEvent = {
      userId: null,
      sessionId: null,
      ip: null,
      userAgent: null,
      data: {},
      ...partial,
      at: clock.now(),
      tenantId,
    }
    if (!unrecorded.has(event.kind)) await record(database, event)
    try {
      listener(event)
    } catch (error) {
      console.error(`The "on" listener failed at "${event.kind}":`, error)
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
