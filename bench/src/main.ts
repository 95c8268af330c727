import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBrowser, subjectDocuments } from './hosts/chromium-host.ts'
import { measureAdded } from './measures/added.ts'
import { measureFaults } from './measures/faults.ts'
import { measureSizes } from './measures/sizes.ts'
import { measureTabs } from './measures/tabs.ts'
import { measureWaiting } from './measures/waiting.ts'
import { CATALOGUE } from './peers/catalogue.ts'
import { drawAdded, drawWaiting } from './report/charts.ts'
import { describeMachine } from './report/machine.ts'
import { withFigures } from './report/readme.ts'
import { FOLDER, KINDS, type Kind, type Rows, readResults, writeResult } from './report/results.ts'
import { clear, say } from './report/say.ts'
import { layOut } from './report/table.ts'
import { tablesOf } from './report/tables.ts'

const USAGE = `npm run bench -- [--only ${KINDS.join(',')}] [--rounds N]`

/** Rounds of each, if nobody says otherwise: what it takes for the medians to stand still. */
const ROUNDS: Readonly<Record<Kind, number>> = {
  sizes: 1,
  added: 25,
  waiting: 7,
  tabs: 5,
  faults: 1,
}

const measure: { readonly [K in Kind]: (rounds: number) => Promise<Rows[K]> } = {
  sizes: () => measureSizes(),
  added: rounds => measureAdded(rounds, say),
  waiting: rounds => measureWaiting(rounds, say),
  async tabs(rounds) {
    await using browser = await openBrowser()
    // Awaited here: the browser is closed at the end of this function.
    return await measureTabs(browser, await subjectDocuments(), rounds, say)
  },
  async faults() {
    await using browser = await openBrowser()
    return await measureFaults(browser, await subjectDocuments(), say)
  },
}

const { kinds, rounds } = readArguments()
const machine = describeMachine(chromiumVersion())
const { dependencies: versions } = JSON.parse(readFileSync(join(FOLDER, '../package.json'), 'utf8'))

for (const kind of kinds) {
  const count = ROUNDS[kind] === 1 ? 1 : (rounds ?? ROUNDS[kind])
  await run(kind, count)
}
draw()

async function run<K extends Kind>(kind: K, rounds: number): Promise<void> {
  const rows = await measure[kind](rounds)
  clear()
  const leftOut = kind === 'sizes' || kind === 'added' ? [] : withoutRefresh()
  const result = { measuredOn: machine, rounds, versions, leftOut, rows }
  writeResult(kind, result)
  for (const table of tablesOf(kind, result)) console.log(layOut(table))
}

function withoutRefresh() {
  return CATALOGUE.flatMap(({ name, neverRefreshes }) =>
    neverRefreshes === undefined ? [] : [{ name, why: neverRefreshes }],
  )
}

/** The charts, and the figures in the README. */
function draw(): void {
  const results = readResults()
  const { added, waiting } = results
  if (added) writeFileSync(join(FOLDER, 'added.svg'), drawAdded(added.rows))
  if (waiting) writeFileSync(join(FOLDER, 'waiting.svg'), drawWaiting(waiting.rows))
  const path = join(FOLDER, '../../README.md')
  writeFileSync(path, withFigures(readFileSync(path, 'utf8'), results))
}

function readArguments(): { kinds: readonly Kind[]; rounds: number | null } {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, rounds: { type: 'string' } },
  })
  const named = values.only?.split(',') ?? KINDS
  const unknown = named.filter(name => !KINDS.some(kind => kind === name))
  if (unknown.length > 0) fail(`--only knows ${KINDS.join(', ')}; got ${unknown.join(', ')}.`)
  const rounds = values.rounds === undefined ? null : Number(values.rounds)
  if (rounds !== null && !(Number.isInteger(rounds) && rounds > 0))
    fail(`--rounds has to be a whole number, 1 or more; got ${values.rounds}.`)
  return { kinds: KINDS.filter(kind => named.includes(kind)), rounds }
}

function fail(message: string): never {
  console.error(`${message}\n${USAGE}`)
  process.exit(2)
}

function chromiumVersion(): string | null {
  const { CHROMIUM_PATH: path, CHROMIUM_LIBRARIES: libraries } = process.env
  if (path === undefined) return null
  const env = { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) }
  const text = execFileSync(path, ['--version'], { encoding: 'utf8', env, stdio: 'pipe' })
  return /[\d.]+/.exec(text)?.[0] ?? null
}
