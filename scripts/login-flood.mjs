// Measures refreshes of one instance while nobody signs in and while many guess passwords, in turn:
// `npm run flood`, or `npm run flood -- --rounds 20 --guesses 200`. DATABASE_URL makes it use PostgreSQL.
// Ends with 1 where the p99 under the flood is twice that without it or more.
import { parseArgs } from 'node:util'
import { measureFlood } from '../packages/server/test/trials/flood/login-flood.ts'
import { wholeNumber } from './arguments.mjs'

// Children end with this process, and that ends by a signal as by itself.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '50' },
    guesses: { type: 'string', default: '50' },
  },
})
const [rounds, seconds, rate, guesses] = ['rounds', 'seconds', 'rate', 'guesses'].map(name =>
  wholeNumber(values, name),
)
const length = seconds * 1_000
const { idle, flooded, attempts } = await measureFlood({ rounds, length, rate, guesses })
console.table({ 'nobody signs in': idle, [`${guesses} guess at a time`]: flooded })
const ratio = flooded.p99 / idle.p99
console.log(`${attempts} guesses a second; p99 is ${ratio.toFixed(2)} times that without them`)
process.exit(ratio < 2 ? 0 : 1)
