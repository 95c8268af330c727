// Kills servers and what they depend on, under load, and looks whether anything that was acknowledged is
// missing: `npm run faults`, or `npm run faults -- --kills 1000 --rounds 10 --guests 200`.
// `--only embedded` or `--only cluster` does one half. Needs the programs of PostgreSQL and Redis.
// Ends with 1 where a session was lost or signed out, or where recovery took longer than 5 seconds.
import { parseArgs } from 'node:util'
import { startRedis } from '../packages/server/test/support/redis.ts'
import { allFaults } from '../packages/server/test/trials/faults/all-faults.ts'
import { tryCluster } from '../packages/server/test/trials/faults/cluster.ts'
import { killEmbedded } from '../packages/server/test/trials/faults/embedded.ts'
import { openPostgresCluster } from '../packages/server/test/trials/faults/postgres-cluster.ts'
import { oneOf, wholeNumber } from './arguments.mjs'

/** In milliseconds: how long it may take until everybody is served again. */
const PATIENCE = 5_000

// Children end with this process, and that ends by a signal as by itself.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    guests: { type: 'string', default: '120' },
    only: { type: 'string', default: 'both' },
  },
})
const only = oneOf(values, 'only', ['both', 'embedded', 'cluster'])
const [kills, rounds, guests] = ['kills', 'rounds', 'guests'].map(name => wholeNumber(values, name))
const broken = []

if (only !== 'cluster') {
  console.log(`The embedded database: ${kills} times kill -9 …`)
  const { breaches, acknowledged, ...figures } = await killEmbedded({ kills })
  console.table([{ ...figures, ...acknowledged, breaches: breaches.length }])
  broken.push(...breaches)
}

if (only !== 'embedded') {
  console.log(`Three instances, one PostgreSQL and one Redis of their own, ${guests} clients …`)
  await using postgres = await openPostgresCluster()
  const redis = await startRedis()
  try {
    const { rows, acknowledged, breaches } = await tryCluster({
      databaseUrl: postgres.url,
      redisUrl: redis.url,
      faults: allFaults(postgres, redis, rounds),
      guests,
      tell: ({ fault, times }) => console.log(`${fault}, ${times} times`),
    })
    console.table(rows)
    console.table([{ ...acknowledged, breaches: breaches.length }])
    broken.push(...breaches)
    for (const { fault, servedAgain } of rows) {
      if (servedAgain > PATIENCE) broken.push(`${fault}: back after ${servedAgain} ms`)
    }
  } finally {
    await redis.stop()
  }
}

for (const breach of broken.slice(0, 50)) console.error(breach)
process.exit(broken.length > 0 ? 1 : 0)
