import { levels, levelTitles } from '../rule.ts'
import type { Report, Result } from './report.ts'

/**
 * Returns a report in the XML that CI servers read: a suite for each level, a case for each rule; what is
 * undecided is skipped, with the reason.
 *
 * @example
 * import { writeFileSync } from 'node:fs'
 * const report = await checkServer({ authUrl: 'http://localhost:3000/api/auth', user: email, password })
 * writeFileSync('conformance.xml', toJUnit(report))
 */
export function toJUnit({ results, authUrl, milliseconds }: Report): string {
  const suites = levels.flatMap(level => {
    const cases = results.filter(result => result.level === level)
    if (cases.length === 0) return []
    const counts = countsOf(cases)
    return [`  <testsuite${toAttributes({ name: levelTitles[level], ...counts })}>`]
      .concat(cases.map(toCase))
      .concat('  </testsuite>')
  })
  const name = `conformance of ${authUrl}`
  const seconds = (milliseconds / 1000).toFixed(3)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${toAttributes({ name, ...countsOf(results), time: seconds })}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}

const countsOf = (results: readonly Result[]) => ({
  tests: results.length,
  failures: results.filter(({ is }) => is === 'failed').length,
  errors: 0,
  skipped: results.filter(({ is }) => is === 'undecided').length,
})

function toCase(result: Result): string {
  const head = `    <testcase${toAttributes({ classname: result.level, name: `${result.id}: ${result.title}` })}`
  switch (result.is) {
    case 'passed':
      return `${head}/>`
    case 'undecided':
      return `${head}><skipped${toAttributes({ message: result.reason })}/></testcase>`
    case 'failed': {
      const { sent, expected, came, why, source } = result
      const message = `expected ${expected}; came ${came}`
      const told = [
        `sent: ${sent}`,
        `expected: ${expected}`,
        `came: ${came}`,
        `why: ${why}`,
        source,
      ].join('\n')
      return `${head}><failure${toAttributes({ message })}>${escapeXml(told)}</failure></testcase>`
    }
  }
}

const toAttributes = (attributes: Readonly<Record<string, string | number>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(`${value}`)}"`)
    .join('')

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Control characters have no spelling in XML 1.0: a backend may send them, a report must not. */
const escapeXml = (text: string): string =>
  text
    .replace(/[&<>"]/g, character => entities[character] ?? character)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
