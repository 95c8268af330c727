import type { Client } from './client/client.ts'
import type { Transport } from './options.ts'

/** What a backend can be good for, each level on top of the one before. */
export const levels = ['signed-in', 'theft', 'hardened'] as const

export type Level = (typeof levels)[number]

/** The levels in words, as a sentence about the backend. */
export const levelTitles: Readonly<Record<Level, string>> = {
  'signed-in': 'keeps people signed in',
  theft: 'detects theft',
  hardened: 'is hardened',
}

/** One thing that a backend is held to. */
export interface Rule {
  readonly id: string
  readonly level: Level
  /** A sentence that is true of a backend that keeps the rule. */
  readonly title: string
  /** What happens to people where it is not kept. */
  readonly why: string
  /** The standard that says so. */
  readonly source: string
  /** Left out: all. */
  readonly transports?: readonly Transport[]
  /** What has to happen before the grace is over; `check` is given what came of it afterwards. */
  readonly story?: Story<unknown>
  /** @throws {Deviation | Undecided} */
  check(client: Client, outcome?: unknown): Promise<void>
}

/** Something that takes longer than the grace: the first part returns the second. */
export type Story<T> = (client: Client) => Promise<() => Promise<T>>

/** Returns a rule about the end of a story. */
export function afterGrace<T>(
  story: Story<T>,
  rule: Omit<Rule, 'story' | 'check'> & { check(outcome: T): void },
): Rule {
  return {
    ...rule,
    story,
    // The runner gives each rule the outcome of the rule's own story.
    check: async (_client, outcome) => rule.check(outcome as T),
  }
}
