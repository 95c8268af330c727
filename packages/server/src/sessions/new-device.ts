import { toInstant } from '../database/values.ts'
import type { SessionSettings } from './settings.ts'

/**
 * Remembers that a user signs in from a kind of device, and returns whether that is news: it was never
 * seen, and others were. The first device of an account is no news to anybody.
 */
export async function isNewDevice(
  { database: { kysely }, tenantId, clock }: SessionSettings,
  userId: string,
  device: string,
): Promise<boolean> {
  const added = await kysely
    .insertInto('known_devices')
    .values({
      tenant_id: tenantId,
      user_id: userId,
      device,
      first_seen_at: toInstant(clock.now()),
    })
    .onConflict(conflict => conflict.columns(['tenant_id', 'user_id', 'device']).doNothing())
    .returning('device')
    .executeTakeFirst()
  if (!added) return false
  const other = await kysely
    .selectFrom('known_devices')
    .select('device')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('device', '!=', device)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}
