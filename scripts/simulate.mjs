// Searches for orders of events that break a promise of a session, on all cores:
// `npm run simulate -- --seeds 100000 [--from N] [--without-locks]`. `--seed N` tells the story of one seed.
// Ends with 1 where something was found.
import { parseArgs } from 'node:util'
import { isMainThread, parentPort } from 'node:worker_threads'
import { wholeNumber } from './arguments.mjs'
import { coresFor, inWorkers } from './in-workers.mjs'

const self = new URL(import.meta.url)

/** What a worker is given at a time: some hundred milliseconds of work. */
const PORTION = 50

if (isMainThread) await main()
else await work()

async function main() {
  const { seeds, from, seed, webLocks } = readArguments()
  if (seed !== null) {
    const [{ text, isBroken }] = await inWorkers(self, [{ seed, webLocks }])
    console.log(text)
    process.exit(isBroken ? 1 : 0)
  }

  const where = webLocks ? 'with Web Locks' : 'without Web Locks'
  const portions = []
  for (let at = from; at < from + seeds; at += PORTION)
    portions.push({ from: at, seeds: Math.min(PORTION, from + seeds - at), webLocks })
  const cores = coresFor(portions.length)
  console.log(
    `Seeds ${from} to ${from + seeds - 1}, ${where}, on ${cores} of the machine's cores …`,
  )

  const start = performance.now()
  const rate = count => {
    const seconds = (performance.now() - start) / 1000
    return `${seconds.toFixed(0)} s, ${(count / seconds).toFixed(0)} seeds a second`
  }
  let done = 0
  let found = 0
  let shown = start
  await inWorkers(self, portions, ({ count, broken }) => {
    done += count
    found += broken.length
    for (const { seed, what } of broken) {
      const locks = webLocks ? '' : ' --without-locks'
      console.log(`seed ${seed} breaks ${what}  (npm run simulate -- --seed ${seed}${locks})`)
    }
    if (performance.now() - shown < 5_000) return
    shown = performance.now()
    console.log(`${((100 * done) / seeds).toFixed(1)} %, ${rate(done)}, ${found} counter-examples`)
  })
  console.log(`${done} seeds in ${rate(done)}: ${found} counter-examples`)
  process.exit(found > 0 ? 1 : 0)
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '10000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      'without-locks': { type: 'boolean', default: false },
    },
  })
  return {
    seeds: wholeNumber(values, 'seeds'),
    from: wholeNumber(values, 'from'),
    seed: values.seed === undefined ? null : wholeNumber(values, 'seed'),
    webLocks: !values['without-locks'],
  }
}

async function work() {
  // Nobody looks at the stacks of the many errors that are part of the game.
  Error.stackTraceLimit = 0
  const { describeCounterExample, simulate } = await import('@tabkeeper/testing/simulation')

  async function tellStory(seed, webLocks) {
    const report = await simulate(seed, { webLocks })
    const isBroken = report.broken.length > 0
    return { isBroken, text: isBroken ? describeCounterExample(report) : report.story.join('\n') }
  }

  async function go({ from, seeds, webLocks }) {
    const broken = []
    for (let seed = from; seed < from + seeds; seed++) {
      const [first] = (await simulate(seed, { webLocks })).broken
      if (first !== undefined) broken.push({ seed, what: `"${first.promise}": ${first.text}` })
    }
    return { count: seeds, broken }
  }

  parentPort.on('message', async portion => {
    const { seed, webLocks } = portion
    parentPort.postMessage(await (seed === undefined ? go(portion) : tellStory(seed, webLocks)))
  })
}
