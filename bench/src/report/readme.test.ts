import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withFigures } from './readme.ts'
import { FOLDER, readResults } from './results.ts'

const readme = readFileSync(join(FOLDER, '../../README.md'), 'utf8')

it('has the newest figures in the README', () => {
  expect(readme).toContain('<!-- bench -->')
  expect(withFigures(readme, readResults())).toBe(readme)
})

it('finds a figure that is out of date', () => {
  const results = readResults()
  const rows = results.sizes?.rows.map(row => ({ ...row, brotli: row.brotli + 1_000 })) ?? []
  const sizes = results.sizes && { ...results.sizes, rows }
  expect(withFigures(readme, { ...results, sizes })).not.toBe(readme)
})

it('leaves a README without marks as it is', () => {
  expect(withFigures('# Else', readResults())).toBe('# Else')
})

it('keeps what was measured on, and no path of that machine', () => {
  const files = readdirSync(FOLDER)
  expect(files).toContain('added.json')
  for (const file of files)
    expect(readFileSync(join(FOLDER, file), 'utf8')).not.toMatch(
      /\/(?:home|root|tmp|Users|var|work)\/|[A-Z]:\\/,
    )
})
