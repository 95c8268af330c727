import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createPostgres, hasPostgres } from './support/databases.ts'
import { hasRedis, startRedis } from './support/redis.ts'
import { createWire } from './support/wire.ts'
import { killAll, killOne } from './trials/faults/all-faults.ts'
import { tryCluster } from './trials/faults/cluster.ts'
import { killEmbedded } from './trials/faults/embedded.ts'

// `npm run faults` does the same for minutes, with more faults, and with figures.

describe('a server that is killed in the middle of its work', () => {
  it('row 63: loses nothing that it has acknowledged, and starts again', async () => {
    const { acknowledged, duringStart, breaches } = await killEmbedded({ kills: 3, busy: 200 })
    expect(breaches).toEqual([])
    expect(duringStart).toBe(1)
    expect(acknowledged.refreshes).toBeGreaterThan(0)
    expect(acknowledged.retries).toBeGreaterThan(0)
  }, 120_000)
})

describe.skipIf(!hasPostgres || !hasRedis)('instances that share a PostgreSQL and a Redis', () => {
  it('row 63: sign nobody out and lose nothing, whatever of it goes away', async () => {
    const database = await createPostgres()
    onTestFinished(() => database.drop())
    const redis = await startRedis()
    onTestFinished(redis.stop)
    const wire = await createWire(new URL(database.url))
    onTestFinished(wire.cut)
    const through = new URL(database.url)
    through.host = `127.0.0.1:${wire.port}`
    const cut = async () => {
      await wire.cut()
      await wait(500)
      await wire.mend()
    }

    const { rows, breaches, acknowledged } = await tryCluster({
      databaseUrl: through.href,
      redisUrl: redis.url,
      instances: 2,
      guests: 12,
      calm: 0,
      faults: [
        ['an instance is killed', killOne(), 1],
        ['PostgreSQL is out of reach', cut, 2],
        ['Redis is gone', redis.stop, 1],
        ['Redis is back', redis.start, 1],
        ['all instances are killed', killAll, 1],
      ],
    })
    expect(breaches).toEqual([])
    expect(rows.map(({ breaches }) => breaches)).toEqual([0, 0, 0, 0, 0])
    expect(acknowledged.refreshes).toBeGreaterThan(0)
    expect(acknowledged.retries).toBeGreaterThan(0)
  }, 120_000)
})
