import { endings } from './endings.ts'
import { newcomers } from './newcomers.ts'
import { outages } from './outages.ts'
import { readExported } from './read-exported.ts'
import { stops } from './stops.ts'
import { type Finding, type Story, tellStory } from './story.ts'
import { waits } from './waits.ts'
import { warnings } from './warnings.ts'

const rules: readonly ((story: Story) => readonly Finding[])[] = [
  endings,
  newcomers,
  outages,
  stops,
  warnings,
  waits,
]

/**
 * Returns what an export tells, in sentences, in the order in which it began: who was signed out and why,
 * when the server was out of reach, what was frozen, who signed in over whom. Takes the object or its
 * JSON. Throws a `TypeError` for anything that is no export.
 *
 * @example
 * ```ts
 * const file = await fetch('/reports/tabkeeper.json')
 * const findings = explain(await file.json())
 * console.log(findings.map(({ text }) => text).join('\n'))
 * ```
 */
export function explain(exported: unknown): readonly Finding[] {
  const story = tellStory(readExported(exported))
  return rules.flatMap(rule => rule(story)).sort((a, b) => a.at - b.at)
}
