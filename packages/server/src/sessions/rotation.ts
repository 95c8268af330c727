import { sql } from 'kysely'
import type { EpochMs } from '../clock.ts'
import { prepared } from '../database/prepared.ts'
import { type Instant, toInstant } from '../database/values.ts'
import { hashSecret, type RefreshToken } from '../tokens/refresh-token.ts'
import type { ClientPolicy, Transport } from './client-policy.ts'
import { type Holder, judgeRefresh, type SessionEndCode } from './judge.ts'
import { readSession, sessionColumns } from './read-session.ts'
import type { SessionWithUser } from './session.ts'
import type { SessionSettings } from './settings.ts'

/** What became of a presented refresh token; the successor is generation `session.gen`. */
export type RotationOutcome =
  | { readonly is: 'rotated' | 'replayed' | 'recovered'; readonly session: SessionWithUser }
  | { readonly is: 'theft' | 'ahead'; readonly session: SessionWithUser }
  | { readonly is: 'ended'; readonly code: SessionEndCode; readonly session: SessionWithUser }
  | { readonly is: 'unknown' }
  | { readonly is: 'busy' }

const maxAttempts = 5

/**
 * Rotates a session: every state change is one compare-and-swap on the generation, so that exactly
 * one of any number of simultaneous requests, on any number of instances, makes the successor.
 */
export async function rotate(
  settings: SessionSettings,
  token: RefreshToken,
  holder: Holder,
): Promise<RotationOutcome> {
  const { database, tenantId, clock, grace } = settings
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const now = clock.now()
    const rotated = await advance(settings, token, holder, now)
    if (rotated) return { is: 'rotated', session: rotated }

    const row = await readSession(database, { tenantId, sessionId: token.sessionId })
    const verdict = judgeRefresh(row, token, holder, now, grace)
    if (verdict.is === 'unknown' || !row) return { is: 'unknown' }
    switch (verdict.is) {
      case 'ended':
        return { is: 'ended', code: verdict.code, session: row }
      case 'ahead':
        return { is: 'ahead', session: row }
      case 'replay':
        return { is: 'replayed', session: row }
      case 'recover': {
        const recovered = await recover(settings, token, row, now)
        if (recovered) return { is: 'recovered', session: { ...row, ...recovered } }
        break
      }
      case 'theft':
        if (await endStolen(settings, row, now)) return { is: 'theft', session: row }
        break
      case 'swap':
        break // the row changed between the swap and the read
    }
  }
  return { is: 'busy' }
}

/** Step 1: the newest token makes the next generation, and thereby proves that it arrived. */
async function advance(
  { database, tenantId, clients, grace }: SessionSettings,
  token: RefreshToken,
  { clientId, transport }: Holder,
  now: EpochMs,
): Promise<SessionWithUser | undefined> {
  const client = clients[clientId]
  if (!client) return undefined
  const [row] = await swap(database, {
    tenantId,
    sessionId: token.sessionId,
    clientId,
    transport,
    generation: token.generation,
    seedHash: hashSecret(token.secret),
    now: toInstant(now),
    graceBegan: toInstant(now - grace),
    windowBegan: toInstant(now - 2 * grace),
    ...idleLimits(client, now),
  })
  return row
}

interface Swap extends IdleLimits {
  readonly tenantId: string
  readonly sessionId: string
  readonly clientId: string
  readonly transport: Transport
  readonly generation: number
  readonly seedHash: Buffer
  readonly now: Instant
  readonly graceBegan: Instant
  readonly windowBegan: Instant
}

/** Nearly every refresh ends here, so this one statement also reads the user. */
const swap = prepared<Swap, SessionWithUser>((kysely, values) => {
  const windowIsOpen = sql<boolean>`rotated_at >= ${values.graceBegan} and window_at >= ${values.windowBegan}`
  return kysely
    .updateTable('sessions')
    .set({
      gen: sql`gen + 1`,
      parent_gen: sql`gen`,
      confirmed_gen: sql`gen`,
      rotated_at: values.now,
      last_seen_at: values.now,
      expires_at: idleLimit(values),
      window_gen: sql`case when ${windowIsOpen} then window_gen else gen end`,
      window_at: sql`case when ${windowIsOpen} then window_at else ${values.now} end`,
    })
    .where('id', '=', values.sessionId)
    .where('tenant_id', '=', values.tenantId)
    .where('client_id', '=', values.clientId)
    .where('transport', '=', values.transport)
    .where('gen', '=', values.generation)
    .where('seed_hash', '=', values.seedHash)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', values.now)
    .where('dpop_jkt', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('users')
          .select('users.id')
          .whereRef('users.id', '=', 'sessions.user_id')
          .where('users.disabled_at', 'is', null),
      ),
    )
    .returning(sessionColumns)
    .returning(({ selectFrom }) => {
      // Subqueries, because SQLite returns nothing of a joined table. The user is there: see above.
      const user = selectFrom('users').whereRef('users.id', '=', 'sessions.user_id')
      return [
        user.select('email').$asScalar().$notNull().as('email'),
        user.select('name').as('name'),
        user.select('role').$asScalar().$notNull().as('role'),
        user.select('disabled_at').as('disabled_at'),
      ]
    })
})

/** A lost answer: goes on from the last generation that arrived, and burns what never did. */
function recover(
  { database, tenantId, clients }: SessionSettings,
  token: RefreshToken,
  row: SessionWithUser,
  now: EpochMs,
) {
  const client = clients[row.client_id]
  if (!client) return undefined
  const t = toInstant(now)
  return database.kysely
    .updateTable('sessions')
    .set({
      gen: row.gen + 1,
      parent_gen: token.generation,
      window_gen: row.gen + 1,
      min_access_gen: row.gen + 1,
      window_at: t,
      rotated_at: t,
      last_seen_at: t,
      expires_at: idleLimit(idleLimits(client, now)),
    })
    .where('id', '=', row.id)
    .where('tenant_id', '=', tenantId)
    .where('gen', '=', row.gen)
    .where('confirmed_gen', '=', token.generation)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Ends this one session, unless it has moved on since it was judged. */
export async function endStolen(
  { database, tenantId }: SessionSettings,
  row: SessionWithUser,
  now: EpochMs,
): Promise<boolean> {
  const { numUpdatedRows } = await database.kysely
    .updateTable('sessions')
    .set({ revoked_at: toInstant(now), revoke_reason: 'reuse_detected' })
    .where('id', '=', row.id)
    .where('tenant_id', '=', tenantId)
    .where('gen', '=', row.gen)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

interface IdleLimits {
  readonly session: Instant
  readonly remembered: Instant
}

const idleLimits = (client: ClientPolicy, now: EpochMs): IdleLimits => ({
  session: toInstant(now + client.session.idle),
  remembered: toInstant(now + client.remembered.idle),
})

/** The new idle limit, never later than the absolute one; the comparison also tells PostgreSQL the type. */
const idleLimit = ({ session, remembered }: IdleLimits) =>
  sql<string>`case
    when remember and absolute_expires_at > ${remembered} then ${remembered}
    when not remember and absolute_expires_at > ${session} then ${session}
    else absolute_expires_at end`
