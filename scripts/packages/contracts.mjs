// Runs all tests of the fetch adapter, its contract suite included, in the other releases of Node.
import { join } from 'node:path'
import { conclude, nodeOf, root } from './packages.mjs'
import { run } from './run.mjs'

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const problems = []
for (const release of [22, 24]) {
  const node = nodeOf(release)
  if (!node)
    problems.push(`Node ${release} is not installed for ${process.platform} ${process.arch}`)
  else {
    const { code, output } = await run(node, [
      vitest,
      'run',
      '--project',
      'unit',
      'packages/fetch/',
    ])
    if (code !== 0) problems.push(`Node ${release}:\n${output}`)
  }
}
conclude(problems, 'The tests of @tabkeeper/fetch pass in Node 22 and 24.')
