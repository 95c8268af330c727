import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { help } from '../src/command/read-options.ts'
import { rulesTable, tableIn } from './support/rules-table.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('has the rules as they are in the code (node --conditions=@tabkeeper/source scripts/conformance-rules.mjs)', () => {
  expect(tableIn(readme)).toBe(rulesTable())
})

it('names every option of the command', () => {
  const options = [...help.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option]) => option ?? '')
  expect(options.length).toBeGreaterThan(10)
  expect(options.filter(option => !readme.includes(`\`${option}`))).toEqual([])
})
