import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from '../report/machine.ts'
import { FOLDER } from '../report/results.ts'
import { clear, say } from '../report/say.ts'
import { layOut } from '../report/table.ts'
import { measureBySize } from './by-size.ts'
import { describePostgres, dropLeftOvers } from './database.ts'
import { writeServerResult } from './results.ts'
import { withServerFigures } from './scaling.ts'
import { measureSideBySide } from './side-by-side.ts'
import { serverTables } from './tables.ts'

const usage = 'npm run bench:server -- [--rounds N] [--seconds S]'

const { rounds, seconds } = readArguments()
const connections = 32
const { dependencies } = JSON.parse(readFileSync(join(FOLDER, '../package.json'), 'utf8'))
const compared = ['better-auth', 'connect-pg-simple', 'express', 'express-session', 'oidc-provider']

const measuredOn = describeMachine(null)
const postgres = await describePostgres()
await dropLeftOvers()
const options = { rounds, seconds, connections, say }
const sideBySide = await measureSideBySide(options)
const bySize = await measureBySize(options)
clear()

const result = writeServerResult({
  measuredOn,
  postgres,
  rounds,
  connections,
  seconds,
  versions: Object.fromEntries(compared.map(name => [name, dependencies[name]])),
  ...sideBySide,
  ...bySize,
  goals: [...sideBySide.goals, ...bySize.goals],
})
const path = join(FOLDER, '../../docs/scaling.md')
writeFileSync(path, withServerFigures(readFileSync(path, 'utf8'), result))
for (const table of serverTables(result)) console.log(layOut(table))

function readArguments(): { rounds: number; seconds: number } {
  const { values } = parseArgs({
    options: { rounds: { type: 'string' }, seconds: { type: 'string' } },
  })
  const read = (text: string | undefined, otherwise: number): number => {
    const value = text === undefined ? otherwise : Number(text)
    if (value > 0 && Number.isFinite(value)) return value
    console.error(`${text} has to be a number above 0.\n${usage}`)
    process.exit(2)
  }
  return { rounds: Math.ceil(read(values.rounds, 15)), seconds: read(values.seconds, 1) }
}
