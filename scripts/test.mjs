// Everything that CI runs: formatting and lint, types, the packages as users get them, then every test.
// Arguments go to vitest: `npm test -- --project unit packages/core`. Ends with one line that counts it all.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { provideBrowsers } from './browsers.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const results = join(root, 'test-results')
const report = join(results, 'vitest.json')
/** Hundreds of processes and workers load the same modules: each of them is compiled once. */
const compiled = join(root, 'node_modules', '.cache', 'compiled')
const modules = (...path) => join(root, 'node_modules', ...path)
const packages = file => join(root, 'scripts', 'packages', file)

const checks = [
  ['format and lint', modules('@biomejs', 'biome', 'bin', 'biome'), 'check', '.'],
  ['types', modules('typescript-7', 'bin', 'tsc'), '-b'],
  [
    'types of the Vue app',
    join(root, 'examples', 'customer', 'node_modules', 'vue-tsc', 'bin', 'vue-tsc.js'),
    '--noEmit',
    '-p',
    'examples/customer',
  ],
  ['examples in the documentation', join(root, 'scripts', 'check-examples.mjs')],
  ['the documentation site', join(root, 'scripts', 'docs.mjs'), 'build'],
  // The first of these builds, packs and installs what the others look at.
  ['packages: what is in the tarballs', packages('pack.mjs')],
  ['packages: publint and attw (L02)', packages('lint.mjs')],
  [
    'packages: in Node 22, 24 and 26, by import and by require (L01, L05)',
    packages('node-releases.mjs'),
  ],
  ['tests of the fetch adapter in Node 22 and 24', packages('contracts.mjs')],
  ['packages: in Vite, webpack and esbuild (L01)', packages('bundlers.mjs')],
  ['packages: in strict TypeScript (L01, L08, H14)', packages('types.mjs')],
  ['packages: the guide for an empty Vite app', packages('guide.mjs')],
  ['packages: size and what an entry pulls (L03, L04)', packages('sizes.mjs')],
  ['packages: the public surface', packages('api.mjs')],
  ['mutants of the machine', join(root, 'scripts', 'mutation.mjs'), 'machine'],
]

mkdirSync(results, { recursive: true })
rmSync(report, { force: true })

const failed = []
for (const [name, program, ...args] of checks) {
  const code = await run(program, args)
  console.log(`${code === 0 ? '✓' : '✗'} ${name}`)
  if (code !== 0) failed.push(name)
}

const env = await provideBrowsers(root)
const code = await run(
  modules('vitest', 'vitest.mjs'),
  [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  env,
)
const tests = readReport()
// vitest also fails without a failed test: on an error outside of all tests, or when it finds none.
if (code !== 0 && tests.failed === 0) failed.push('vitest')

const passedCount = checks.length - failed.filter(name => name !== 'vitest').length + tests.passed
const failedCount = failed.length + tests.failed
for (const name of failed) console.error(`failed: ${name}`)
if (tests.skipped > 0) console.log(`skipped: ${tests.skipped} (each said why above)`)
console.log(`${passedCount} passed, ${failedCount} failed`)
process.exit(failedCount === 0 ? 0 : 1)

function run(program, args, more = {}) {
  return new Promise(done => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env: { ...process.env, NODE_COMPILE_CACHE: compiled, ...more },
      stdio: 'inherit',
    })
    const stop = signal => child.kill(signal)
    process.once('SIGINT', stop).once('SIGTERM', stop)
    child.on('close', exit => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      done(exit ?? 1)
    })
  })
}

function readReport() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
      JSON.parse(readFileSync(report, 'utf8'))
    // A browser that does not start fails no test: those that needed it count as skipped.
    const isFailed = ({ status }) => status === 'failed'
    const broken = testResults.filter(
      file => isFailed(file) && !file.assertionResults.some(isFailed),
    )
    return {
      passed: numPassedTests,
      failed: numFailedTests + broken.length,
      skipped: numPendingTests + numTodoTests,
    }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}
