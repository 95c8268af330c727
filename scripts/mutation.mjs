// Changes the code of core's inner rooms in every small way Stryker knows, and counts how many changes
// the unit tests notice. `npm run mutation` takes all rooms and publishes the scores in the README;
// `npm run mutation -- machine` takes one. Fails where a score is below its floor.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const published = join(root, 'scripts', 'mutation', 'scores.json')
const readme = join(root, 'README.md')

/** Percent of the mutants that have to be noticed. */
const floors = { machine: 95, tokens: 92, runtime: 93 }

const rooms = process.argv.slice(2)
const unknown = rooms.filter(room => !(room in floors))
if (unknown.length > 0) {
  console.error(
    `No such room: ${unknown.join(', ')}. There are: ${Object.keys(floors).join(', ')}.`,
  )
  process.exit(2)
}
const chosen = rooms.length > 0 ? rooms : Object.keys(floors)

const code = await mutate(chosen)
if (code !== 0) process.exit(code)
const scores = readScores()
console.table(scores)
const low = chosen.filter(room => scores[room].score < floors[room])
for (const room of low)
  console.error(`${room}: ${scores[room].score} % noticed, the floor is ${floors[room]} %`)
if (low.length === 0 && rooms.length === 0) publish(scores)
process.exit(low.length === 0 ? 0 : 1)

function mutate(rooms) {
  const files = rooms.map(room => `packages/core/src/${room}/**/*.ts`)
  const args = [
    join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'),
    'run',
    join('scripts', 'mutation', 'stryker.config.json'),
    '--mutate',
    [...files, '!packages/core/src/**/*.test.ts'].join(','),
  ]
  return new Promise(done => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      // A handful of simulated histories in place of hundreds: each mutant runs the tests again.
      env: { SIMULATION_SEEDS: '15', ...process.env },
      stdio: 'inherit',
    })
    process.once('SIGINT', () => child.kill('SIGINT')).once('SIGTERM', () => child.kill('SIGTERM'))
    child.on('close', exit => done(exit ?? 1))
  })
}

function readScores() {
  const { files } = JSON.parse(readFileSync(join(root, 'test-results', 'mutation.json'), 'utf8'))
  const scores = {}
  for (const [path, { mutants }] of Object.entries(files)) {
    const room = /core\/src\/([^/]+)\//.exec(path)[1]
    scores[room] ??= { mutants: 0, noticed: 0, score: 0 }
    for (const { status } of mutants) {
      if (status === 'Ignored' || status === 'CompileError') continue
      scores[room].mutants += 1
      if (status === 'Killed' || status === 'Timeout') scores[room].noticed += 1
    }
  }
  for (const room of Object.values(scores))
    room.score = Math.floor((room.noticed / room.mutants) * 1000) / 10
  return scores
}

/** Keeps the scores, and writes them into the README between its two marks. */
function publish(scores) {
  writeFileSync(published, `${JSON.stringify(scores, null, 2)}\n`)
  const rows = Object.entries(scores).map(
    ([room, { mutants, noticed, score }]) =>
      `| \`${room}\` | ${mutants} | ${noticed} | ${score} % |`,
  )
  const table = ['| room | mutants | noticed | score |', '|---|---|---|---|', ...rows].join('\n')
  const text = readFileSync(readme, 'utf8')
  const marked = /(<!-- mutation -->\n)[\s\S]*?(<!-- \/mutation -->)/
  if (!marked.test(text)) throw new Error('README.md has no place marked for the mutation scores')
  writeFileSync(readme, text.replace(marked, `$1${table}\n$2`))
}
