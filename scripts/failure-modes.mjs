// Writes into docs/failure-modes.md which tests hold which entry: every title that carries its id.
// What an entry says is written by hand; the list of its tests is not.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const document = join(root, 'docs', 'failure-modes.md')
const TESTS = '{packages,examples}/**/{src,test}/**/*.{test,test-d}.{ts,tsx}'
const TITLE = /(['"`])((?:(?!\1)[^\n\\]|\\.)*\b[A-L]\d\d\b(?:(?!\1)[^\n\\]|\\.)*)\1/g

const held = new Map()
const files = globSync([TESTS, 'packages/testing/src/auto-refresh-contract*.ts'], {
  cwd: root,
  exclude: path => /node_modules|dist/.test(path),
})
for (const file of files.sort()) {
  const text = readFileSync(join(root, file), 'utf8')
  for (const [, , title] of text.matchAll(TITLE)) {
    for (const [id] of title.matchAll(/\b[A-L]\d\d\b/g)) {
      held.set(id, [...(held.get(id) ?? []), { file: relative('.', file), title }])
    }
  }
}

const lines = readFileSync(document, 'utf8')
  .split('\n')
  .map(line => {
    const row = /^\| ([A-L]\d\d) \| (.*?) \|/.exec(line)
    if (row === null) return line
    const [, id, what] = row
    const tests = (held.get(id) ?? []).map(
      ({ file, title }) => `\`${file}\`: ${title.replaceAll('|', '\\|')}`,
    )
    return `| ${id} | ${what} | ${tests.join('<br>')} |`
  })
writeFileSync(document, lines.join('\n'))
const without = lines.filter(line => /^\| [A-GK]\d\d \|.*\| {2}\|$/.test(line))
if (without.length > 0) console.log(`Without a test:\n${without.join('\n')}`)
