import { styleText } from 'node:util'
import { type Level, levels, levelTitles } from '../rule.ts'
import type { Report, Result, Tally } from './report.ts'

const marks = { passed: '✓', failed: '✗', undecided: '?' } as const
const colors = { passed: 'green', failed: 'red', undecided: 'yellow' } as const

export interface TextOptions {
  /** How many characters a line may have. */
  readonly width: number
  /** Whether the terminal shows colors. */
  readonly hasColors: boolean
}

/** Returns what a person reads: each rule by level, and of those that failed the whole story. */
export function toText({ results, levels: tallies }: Report, options: TextOptions): string {
  const widest = Math.max(...results.map(({ id }) => id.length))
  const blocks = levels.flatMap(level => {
    const ofLevel = results.filter(result => result.level === level)
    if (ofLevel.length === 0) return []
    const title = `${levelTitles[level]}: ${summary(tallies[level])}`
    const lines = ofLevel.flatMap(result => toLines(result, widest, options))
    return [`${paint('bold', capitalize(title), options)}\n${lines.join('\n').trimEnd()}`]
  })
  return blocks.join('\n\n')
}

/** Returns what a report comes to, in a sentence or two: nothing is praised that was not seen. */
export function toVerdict({ levels: tallies, level: asked, results }: Report): string {
  const inQuestion = levels.slice(0, levels.indexOf(asked) + 1)
  const isSeen = (level: Level) => tallies[level].failed + tallies[level].undecided === 0
  const unseen = inQuestion.findIndex(level => !isSeen(level))
  const reached = unseen < 0 ? inQuestion : inQuestion.slice(0, unseen)
  const failed = results.filter(({ is }) => is === 'failed').map(({ id }) => id)
  const undecided = results.filter(({ is }) => is === 'undecided').length
  return [
    reached.length > 0 && `This backend ${list(reached.map(level => levelTitles[level]))}.`,
    failed.length > 0 ? `It breaks ${list(failed)}.` : reached.length === 0 && 'No rule is broken.',
    undecided > 0 && `${undecided} of ${results.length} rules could not be decided.`,
  ]
    .filter(Boolean)
    .join(' ')
}

const list = (names: readonly string[]): string =>
  new Intl.ListFormat('en', { style: 'long', type: 'conjunction' }).format(names)

/** `12 passed, 1 failed`, and nothing of what there is none of. */
export const summary = (tally: Tally): string =>
  (['passed', 'failed', 'undecided'] as const)
    .filter(is => tally[is] > 0 || is === 'passed')
    .map(is => `${tally[is]} ${is}`)
    .join(', ')

function toLines(result: Result, widest: number, options: TextOptions): string[] {
  const mark = paint(colors[result.is], marks[result.is], options)
  const indent = 4 + widest + 2
  const line = `  ${mark} ${result.id.padEnd(widest)}  ${wrap(result.title, indent, options)}`
  switch (result.is) {
    case 'passed':
      return [line]
    case 'undecided':
      return [line, row('undecided', result.reason, options)]
    case 'failed':
      return [
        line,
        row('sent', result.sent, options),
        row('expected', result.expected, options),
        row('came', result.came, options),
        row('why', `${result.why} (${result.source})`, options),
        '',
      ]
  }
}

const rowIndent = 17

const row = (name: string, text: string, options: TextOptions): string =>
  `      ${paint('dim', name.padEnd(rowIndent - 6), options)}${wrap(text, rowIndent, options)}`

/** Breaks a text into lines that begin where it began. */
function wrap(text: string, indent: number, { width }: TextOptions): string {
  const room = Math.max(20, width - indent)
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + 1 + word.length > room) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}

const paint = (
  style: Parameters<typeof styleText>[0],
  text: string,
  { hasColors }: TextOptions,
): string => (hasColors ? styleText(style, text, { validateStream: false }) : text)

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
