// Imports and requires every entry of the installed packages in every Node that they support, and uses one.
import { conclude, copyConsumers, nodeOf, project, published } from './packages.mjs'
import { run } from './run.mjs'

const entries = published.flatMap(each => each.entries).join()
/** What they import themselves leaves traces of its own, and so is there before. */
const others = ['axios', 'msw', 'react', 'vitest', 'vue', 'zod', 'zod/mini'].join()
const programs = [
  'import-all.mjs',
  'import-in-worker.mjs',
  'require-all.cjs',
  'use-and-dispose.mjs',
]

copyConsumers()
const problems = []
const versions = []
for (const release of [22, 24, 26]) {
  const node = nodeOf(release)
  if (!node) {
    problems.push(`Node ${release} is not installed for ${process.platform} on ${process.arch}`)
    continue
  }
  const { output } = await run(node, ['--version'])
  versions.push(output.trim())
  if (!output.startsWith(`v${release}.`)) problems.push(`${node} is ${output}, not Node ${release}`)
  const seen = await Promise.all(programs.map(program => tryOut(node, program)))
  const [first] = seen
  for (const { label, code, report, output } of seen) {
    if (code === null) problems.push(`${label} does not end by itself`)
    else if (code !== 0 || !report) problems.push(`${label} failed:\n${output}`)
    else {
      for (const trace of report.traces) problems.push(`${label}: ${trace}`)
      for (const [entry, names] of Object.entries(report.exported)) {
        if (names.length === 0) problems.push(`${label}: ${entry} exports nothing`)
        if (names.join() !== first.report?.exported[entry]?.join())
          problems.push(`${label}: ${entry} has other names than by import: ${names}`)
      }
    }
  }
}
conclude(
  problems,
  `Every entry is imported and required in ${versions.join(', ')}, without a trace.`,
)

async function tryOut(node, program) {
  const { code, output } = await run(node, [program, others, entries], { cwd: project })
  const line = output.split('\n').find(line => line.startsWith('{"exported"'))
  return { label: `${node} ${program}`, code, output, report: line && JSON.parse(line) }
}
