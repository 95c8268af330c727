import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)
const [, ofServer = '', ofBrowser = ''] = readFileSync(
  new URL('docs/security.md', root),
  'utf8',
).split(/^\| # \| rule \| shown by \|$/m)

/** The rows of a table: number, and the tests that show it, each a file and what is in its titles. */
const rowsOf = (table: string, folder: string) =>
  [...table.matchAll(/^\| (\d+) \| .*? \| ([^|]*) \|$/gm)].map(([, number, cell = '']) => ({
    number: Number(number),
    tests: [...cell.matchAll(/`([\w./-]+\.ts)`(?: \(([^)]*)\))?/g)].map(
      ([, path = '', titles = '']) => ({
        file: /^(packages|examples|docs)\//.test(path) ? path : `${folder}/${path}`,
        // What has a command in it is a remark.
        titles: titles.split('; ').filter(title => title !== '' && !title.includes('`')),
      }),
    ),
  }))

const server = rowsOf(ofServer, 'packages/server')
const browser = rowsOf(ofBrowser, 'packages/core')

/** The checklist's rows that are the server's, or both halves'; 61 (DPoP) is optional and not built. */
const both = [4, 12, 18, 21, 33, 38, 49, 54]
const between = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)
const serverRows = [...between(1, 11), ...between(13, 37), ...between(41, 54), 63]

describe('docs/security.md', () => {
  it('has every row of the checklist that is the server’s, and both halves of what is both’s', () => {
    expect(server.map(({ number }) => number)).toEqual(expect.arrayContaining(serverRows))
    expect(browser.map(({ number }) => number)).toEqual(expect.arrayContaining(both))
    for (const { number, tests } of [...server, ...browser]) {
      expect([number, tests.length]).not.toEqual([number, 0])
    }
  })

  it('names tests that there are', () => {
    for (const { number, tests } of [...server, ...browser]) {
      for (const { file, titles } of tests) {
        const url = new URL(file, root)
        expect([number, file, existsSync(url)]).toEqual([number, file, true])
        const text = readFileSync(url, 'utf8')
        const missing = titles.filter(title => !text.includes(title))
        expect([number, file, missing]).toEqual([number, file, []])
      }
    }
  })
})
