// Tells random stories of clients that race, lose answers and come late, and of thieves, to the real
// rotation on both databases: `npm run fuzz:rotation -- --runs 1000 [--from N] [--database sqlite]`.
// `--seed N` tells one of them. Ends with 1 where an honest client was signed out or a theft was missed.
import { parseArgs } from 'node:util'
import { isMainThread, parentPort } from 'node:worker_threads'
import { oneOf, wholeNumber } from './arguments.mjs'
import { coresFor, inWorkers } from './in-workers.mjs'

/** What a worker is given at a time: some seconds of work. */
const PORTION = 5

if (isMainThread) await main()
else await work()

async function main() {
  const { from, runs, databases } = readArguments()
  const portions = databases.flatMap(database =>
    Array.from({ length: Math.ceil(runs / PORTION) }, (_, index) => ({
      database,
      from: from + index * PORTION,
      runs: Math.min(PORTION, runs - index * PORTION),
    })),
  )
  const cores = coresFor(portions.length)
  console.log(`${runs} stories on ${databases.join(' and ')}, on ${cores} of the machine's cores …`)

  const start = performance.now()
  const total = Object.fromEntries(databases.map(name => [name, { stories: 0, breaches: 0 }]))
  await inWorkers(new URL(import.meta.url), portions, ({ database, reports }) => {
    for (const { seed, breaches, ...figures } of reports) {
      const row = total[database]
      row.stories++
      row.breaches += breaches.length
      for (const [name, figure] of Object.entries(figures)) row[name] = (row[name] ?? 0) + figure
      for (const breach of breaches.slice(0, 3))
        console.log(`${breach}  (npm run fuzz:rotation -- --seed ${seed} --database ${database})`)
    }
  })
  console.table(total)
  console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`)
  process.exit(Object.values(total).some(({ breaches }) => breaches > 0) ? 1 : 0)
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '200' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      database: { type: 'string', default: 'both' },
    },
  })
  const database = oneOf(values, 'database', ['both', 'sqlite', 'postgres'])
  const databases = database === 'both' ? ['sqlite', 'postgres'] : [database]
  if (values.seed !== undefined) return { from: wholeNumber(values, 'seed'), runs: 1, databases }
  return { from: wholeNumber(values, 'from'), runs: wholeNumber(values, 'runs'), databases }
}

async function work() {
  const { createPostgres, createSqlite } = await import(
    '../packages/server/test/support/test-databases.ts'
  )
  const { tellStory } = await import('../packages/server/test/trials/rotation/story.ts')
  const create = { sqlite: createSqlite, postgres: createPostgres }
  parentPort.on('message', async ({ database, from, runs }) => {
    const source = await create[database]()
    try {
      const reports = []
      for (let seed = from; seed < from + runs; seed++) reports.push(await tellStory(source, seed))
      parentPort.postMessage({ database, reports })
    } finally {
      await source.drop()
    }
  })
}
