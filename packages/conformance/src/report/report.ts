import type { Transport } from '../options.ts'
import { type Level, levels, type Rule } from '../rule.ts'

/** What came of a rule. No text in it holds a password or a token. */
export type Result = Pick<Rule, 'id' | 'level' | 'title' | 'why' | 'source'> & Outcome

export type Outcome =
  | { readonly is: 'passed' }
  | {
      readonly is: 'failed'
      /** The request, what the contract says that it is answered with, and the answer. */
      readonly sent: string
      readonly expected: string
      readonly came: string
    }
  | { readonly is: 'undecided'; readonly reason: string }

/** How many rules of a level came out how. */
export type Tally = Readonly<Record<Outcome['is'], number>>

/** What a check has found out. */
export interface Report {
  readonly authUrl: string
  readonly user: string
  readonly transport: Transport
  /** The highest level that was asked for. */
  readonly level: Level
  readonly results: readonly Result[]
  readonly levels: Readonly<Record<Level, Tally>>
  readonly requests: number
  readonly milliseconds: number
  /** Whether nothing failed. */
  readonly isPassed: boolean
}

export function tally(results: readonly Result[]): Report['levels'] {
  const count = (level: Level): Tally => {
    const of = (is: Outcome['is']) => results.filter(one => one.level === level && one.is === is)
    return {
      passed: of('passed').length,
      failed: of('failed').length,
      undecided: of('undecided').length,
    }
  }
  const [signedIn, theft, hardened] = levels
  return { [signedIn]: count(signedIn), [theft]: count(theft), [hardened]: count(hardened) }
}
