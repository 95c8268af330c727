import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultTenantId } from '../src/database/migrations.ts'
import { toInstant } from '../src/index.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { day, startServer, type TestServer } from './support/test-server.ts'

describeOnBoth('cleanup', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  it('deletes sessions that have been over for thirty days, and nothing else', async () => {
    const { server, createUser, createSession, clock } = await startServer(source)
    const user = await createUser()
    const [dead, alive] = [await createSession(user), await createSession(user, 'default', true)]
    await server.store.revokeSession(dead.id)
    clock.advance(6 * day)
    expect(await server.store.cleanupExpiredSessions()).toBe(0)
    clock.advance(25 * day)
    expect(await server.store.cleanupExpiredSessions()).toBeGreaterThanOrEqual(1)
    expect(await server.store.revokeSession(dead.id)).toBe('not-found')
    expect(await server.store.revokeSession(alive.id)).toBe('already-over')
  })

  describe('of more than one statement should delete', () => {
    it('takes sessions piece by piece, on all instances at once', async () => {
      const world = await startServer(source, { pools: source.pools })
      const kept = await world.createSession(await world.createUser())
      const dead = await manyDead(world, 2_500)
      world.statements.length = 0
      const counts = await Promise.all(
        world.servers.map(({ store }) => store.cleanupExpiredSessions()),
      )
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(dead)
      expect(world.statements.length).toBeGreaterThanOrEqual(3)
      expect(await world.server.store.getSession(kept.id)).not.toBeNull()
    })

    it('takes the audit trail piece by piece too', async () => {
      const { server, clock, database } = await startServer(source)
      const row = { kind: 'login', tenant_id: defaultTenantId }
      const old = { ...row, at: toInstant(clock.now() - 400 * day) }
      await database.kysely.deleteFrom('auth_events').execute()
      await database.kysely
        .insertInto('auth_events')
        .values([
          ...Array.from({ length: 1_500 }, () => old),
          { ...row, at: toInstant(clock.now()) },
        ])
        .execute()
      expect(await server.trail.cleanup()).toBe(1_500)
      expect(await server.trail.list()).toHaveLength(1)
    })
  })
})

/** Copies one session into many that have been over for long, in a few statements. */
async function manyDead(
  { createUser, createSession, row, database, clock }: TestServer,
  count: number,
): Promise<number> {
  const session = await row((await createSession(await createUser())).id)
  const over = toInstant(clock.now() - 31 * day)
  const copies = Array.from({ length: count }, (_, index) => ({
    ...session,
    id: randomUUID(),
    remember: 0 as const,
    ...(index % 2 === 0 ? { expires_at: over } : { revoked_at: over, revoke_reason: 'logout' }),
  }))
  for (let from = 0; from < count; from += 500) {
    const some = copies.slice(from, from + 500)
    await database.kysely.insertInto('sessions').values(some).execute()
  }
  return count
}
