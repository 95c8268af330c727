import { describe, expect, it } from 'vitest'
import { toJUnit } from './junit.ts'
import { type Outcome, type Report, type Result, tally } from './report.ts'
import { toText, toVerdict } from './text.ts'

const result = (id: string, level: Result['level'], outcome: Outcome): Result => ({
  id,
  level,
  title: `What <${id}> says`,
  why: 'So that people go on.',
  source: 'RFC 1',
  ...outcome,
})

const report = (results: readonly Result[]): Report => ({
  authUrl: 'https://api.example.test/api/auth',
  user: 'eva',
  transport: 'bearer',
  level: 'hardened',
  results,
  levels: tally(results),
  requests: 3,
  milliseconds: 1234,
  isPassed: results.every(({ is }) => is !== 'failed'),
})

const passed = result('one', 'signed-in', { is: 'passed' })
const failed = result('two', 'theft', {
  is: 'failed',
  sent: 'POST /refresh',
  expected: '200 & tokens',
  came: '401 with "\u0007"',
})
const undecided = result('three', 'hardened', { is: 'undecided', reason: 'it was asked by http' })

describe('the text', () => {
  it('tells of a failure what was sent, expected and came, and why it matters', () => {
    expect(toText(report([passed, failed, undecided]), { width: 60, hasColors: false })).toBe(
      `Keeps people signed in: 1 passed
  ✓ one    What <one> says

Detects theft: 0 passed, 1 failed
  ✗ two    What <two> says
      sent       POST /refresh
      expected   200 & tokens
      came       401 with "\u0007"
      why        So that people go on. (RFC 1)

Is hardened: 0 passed, 1 undecided
  ? three  What <three> says
      undecided  it was asked by http`,
    )
  })

  it('breaks long lines under their beginning', () => {
    const long = result('one', 'theft', { is: 'undecided', reason: 'word '.repeat(12).trim() })
    const lines = toText(report([long]), { width: 50, hasColors: false }).split('\n')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(50)
    expect(lines.at(-1)).toMatch(/^ {17}word/)
  })

  it.each([
    [[passed], 'This backend keeps people signed in, detects theft, and is hardened.'],
    [
      [passed, undecided],
      'This backend keeps people signed in and detects theft. 1 of 2 rules could not be decided.',
    ],
    [
      [result('one', 'signed-in', { is: 'undecided', reason: 'later' }), passed],
      'No rule is broken. 1 of 2 rules could not be decided.',
    ],
    [
      [passed, failed, undecided],
      'This backend keeps people signed in. It breaks two. 1 of 3 rules could not be decided.',
    ],
  ])('praises nothing that was not seen', (results, verdict) => {
    expect(toVerdict(report(results))).toBe(verdict)
  })
})

describe('the XML', () => {
  it('has a suite for each level and a case for each rule', () => {
    expect(toJUnit(report([passed, failed, undecided]))).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="conformance of https://api.example.test/api/auth" tests="3" failures="1" errors="0" skipped="1" time="1.234">
  <testsuite name="keeps people signed in" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="signed-in" name="one: What &lt;one&gt; says"/>
  </testsuite>
  <testsuite name="detects theft" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="theft" name="two: What &lt;two&gt; says"><failure message="expected 200 &amp; tokens; came 401 with &quot;\ufffd&quot;">sent: POST /refresh
expected: 200 &amp; tokens
came: 401 with &quot;\ufffd&quot;
why: So that people go on.
RFC 1</failure></testcase>
  </testsuite>
  <testsuite name="is hardened" tests="1" failures="0" errors="0" skipped="1">
    <testcase classname="hardened" name="three: What &lt;three&gt; says"><skipped message="it was asked by http"/></testcase>
  </testsuite>
</testsuites>
`,
    )
  })
})
