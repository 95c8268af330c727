import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const rows = readFileSync(join(root, 'docs/failure-modes.md'), 'utf8')
  .split('\n')
  .flatMap(line => {
    const row = /^\| ([A-L]\d\d) \| .*? \| (.*) \|$/.exec(line)
    if (row === null) return []
    const [, id = '', held = ''] = row
    const tests = held.split('<br>').filter(test => test !== '')
    return [{ id, tests: tests.map(test => /^`(.*?)`: (.*)$/.exec(test)?.slice(1) ?? []) }]
  })

/** How many entries each section has. */
const SECTIONS = { A: 11, B: 16, C: 10, D: 10, E: 12, F: 12, G: 11, K: 9 }

const again = 'run `node scripts/failure-modes.mjs`'

describe('docs/failure-modes.md', () => {
  it.each(Object.entries(SECTIONS))(
    'names a test for every entry of section %s',
    (section, count) => {
      for (let number = 1; number <= count; number++) {
        const id = `${section}${String(number).padStart(2, '0')}`
        const row = rows.find(row => row.id === id)
        expect(row?.tests.length, `${id}: ${again}`).toBeGreaterThan(0)
      }
    },
  )

  it('names tests that there are', () => {
    for (const { id, tests } of rows) {
      for (const [file = '', title = ''] of tests) {
        const text = readFileSync(join(root, file), 'utf8')
        const isThere = text.includes(title.replaceAll('\\|', '|'))
        expect(isThere, `${id}: "${title}" in ${file}: ${again}`).toBe(true)
      }
    }
  })
})
