// Sends rubbish to the server: `npm run fuzz:input -- --requests 100000 [--database sqlite] [--seed N]`, to
// each database, and as many bytes that are almost HTTP to the port of the real command. Ends with 1 where
// something got a 5xx, a forged token cost a statement, or the memory grew.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRandom } from '../packages/server/test/support/random.ts'
import { launchServer } from '../packages/server/test/support/server-process.ts'
import { createPostgres, createSqliteFile } from '../packages/server/test/support/test-databases.ts'
import { throwBytes } from '../packages/server/test/trials/hostile/hostile-bytes.ts'
import { sendHostileInput } from '../packages/server/test/trials/hostile/hostile-input.ts'
import { oneOf, wholeNumber } from './arguments.mjs'

/** Bytes by which memory may grow. */
const GROWTH = { heap: 2 * 2 ** 20, resident: 48 * 2 ** 20 }

// Children end with this process, and that ends by a signal as by itself.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '52' },
    database: { type: 'string', default: 'both' },
  },
})
const [requests, seed] = ['requests', 'seed'].map(name => wholeNumber(values, name))
const database = oneOf(values, 'database', ['both', 'sqlite', 'postgres'])
const chosen = { sqlite: createSqliteFile, postgres: createPostgres }

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
/** After all garbage is gone, or one would measure when it was collected last. */
const ownMemory = () => {
  collectGarbage()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, resident: rss }
}

const rows = {}
const broken = []
for (const [name, create] of Object.entries(chosen)) {
  if (database !== 'both' && database !== name) continue
  console.log(`${requests} requests to the server on ${name} …`)
  const source = await create()
  const memory = watchMemory(ownMemory)
  const { breaches, ...figures } = await sendHostileInput(source, { requests, seed }, memory.look)
  await source.drop()
  rows[`requests, ${name}`] = { ...figures, ...memory.report(`requests, ${name}`) }
  broken.push(...breaches)
}
rows.bytes = await throwAtCommand()
console.table(rows)
for (const breach of broken.slice(0, 20)) console.error(breach)
process.exit(broken.length > 0 ? 1 : 0)

/** The same number of connections to a process of its own, whose memory the system tells. */
async function throwAtCommand() {
  console.log(`${requests} connections with bytes to the command …`)
  const folder = mkdtempSync(join(tmpdir(), 'tabkeeper-'))
  const server = launchServer({ DATA_DIR: folder })
  try {
    const { port } = new URL(await server.url)
    const { pid } = server.process
    const memory = watchMemory(() => ({
      resident: 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])),
    }))
    const answers = {}
    const random = createRandom(seed)
    for (let done = 0; done < requests; done += 1_000) {
      const some = await throwBytes(Number(port), random, Math.min(1_000, requests - done))
      for (const [status, count] of Object.entries(some.answers))
        answers[status] = (answers[status] ?? 0) + count
      memory.look(done + 1_000)
    }
    console.log('answers to bytes', answers)
    const errors = Object.entries(answers).filter(([status]) => /^5/.test(status))
    for (const [status, count] of errors) broken.push(`${count} answers to bytes were ${status}`)
    const serverErrors = errors.reduce((sum, [, count]) => sum + count, 0)
    const figures = memory.report('bytes')
    const { code, errors: said } = await server.kill('SIGTERM')
    if (code !== 0 || said !== '') broken.push(`the command ended with ${code}: ${said}`)
    return { requests, taken: answers[200], serverErrors, ...figures }
  } finally {
    await server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Compares the least memory of the first half, after a tenth to get going, with that of the second, in MB:
 * what a process holds goes up and down, and only what leaks raises the least.
 */
function watchMemory(measure) {
  const halves = [{}, {}]
  return {
    look(done) {
      if (done < requests / 10) return
      const least = halves[done <= requests / 2 ? 0 : 1]
      for (const [kind, bytes] of Object.entries(measure()))
        least[kind] = Math.min(least[kind] ?? bytes, bytes)
    },
    report(about) {
      const megabytes = bytes => Number((bytes / 2 ** 20).toFixed(1))
      const [first, second] = halves
      const figures = {}
      for (const [kind, bytes] of Object.entries(second)) {
        figures[`${kind}, first half`] = megabytes(first[kind])
        figures[`${kind}, second`] = megabytes(bytes)
        if (bytes > first[kind] + GROWTH[kind])
          broken.push(`${about}: the memory (${kind}) grew to ${megabytes(bytes)} MB`)
      }
      return figures
    },
  }
}
