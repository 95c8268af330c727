import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const older = `data:text/javascript,
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`

it.each(['server', 'conformance'])('%s says in a sentence that Node is too old', name => {
  const bin = new URL(`../../${name}/bin/tabkeeper-${name}.js`, import.meta.url)
  const { status, stderr } = spawnSync(process.execPath, [
    '--import',
    older.replaceAll(/\s+/g, ' '),
    fileURLToPath(bin),
  ])
  expect(String(stderr)).toBe(`@tabkeeper/${name} needs Node 22 or later; this is Node 20.20.2.\n`)
  expect(status).toBe(1)
})
