import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FOLDER } from '../report/results.ts'
import { readServerResult, type ServerResult } from './results.ts'
import { withServerFigures } from './scaling.ts'

const document = readFileSync(join(FOLDER, '../../docs/scaling.md'), 'utf8')

function newest(): ServerResult {
  const result = readServerResult()
  if (!result) throw new Error('bench/results/server.json is missing: npm run bench:server')
  return result
}

it('has the newest figures in docs/scaling.md', () => {
  expect(document).toContain('<!-- bench:server -->')
  expect(withServerFigures(document, newest())).toBe(document)
})

it('finds a figure that is out of date', () => {
  const { writes, ...rest } = newest()
  const other = { ...rest, writes: { ...writes, rotation: writes.rotation + 1 } }
  expect(withServerFigures(document, other)).not.toBe(document)
})

it('leaves a document without marks as it is', () => {
  expect(withServerFigures('# Else', newest())).toBe('# Else')
})
