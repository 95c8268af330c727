import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from '../report/machine.ts'
import { FOLDER, rounded } from '../report/results.ts'
import type { Summary } from '../report/statistics.ts'
import { summarize } from '../report/statistics.ts'
import type { Round } from './turns.ts'

export interface LoadRow {
  readonly name: string
  readonly isOurs: boolean
  readonly perSecond: Summary
  /** Milliseconds. */
  readonly p50: Summary
  readonly p99: Summary
  /** Microseconds of processor time of the server's process, per request. */
  readonly cpu: Summary
}

/** A verified request among so many sessions. */
export interface SizeRow {
  readonly sessions: number
  /** Microseconds from one answer to the next, over all connections. */
  readonly perRequest: Summary
  /** As a multiple of that with the fewest sessions, within the round. */
  readonly ofSmallest: Summary
  readonly p99: Summary
  /** Bytes of the table `sessions` per row, without and with its indexes. */
  readonly rowBytes: number
  readonly totalBytes: number
}

/** What one statement writes to the log of PostgreSQL, in bytes, its commit not counted. */
export interface WriteSizes {
  /** A refresh. */
  readonly rotation: number
  /** "Last seen", once a minute. */
  readonly lastSeen: number
}

export interface Goal {
  readonly name: string
  /** Measured within the rounds. */
  readonly ratio: Summary
  readonly wanted: { readonly is: 'at least' | 'at most'; readonly ratio: number }
}

export interface ServerResult {
  readonly measuredOn: Machine
  readonly postgres: string
  readonly rounds: number
  readonly connections: number
  /** Of each in each round. */
  readonly seconds: number
  readonly versions: Readonly<Record<string, string>>
  /** Who could not be measured, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
  readonly verify: readonly LoadRow[]
  readonly refresh: readonly LoadRow[]
  readonly sizes: readonly SizeRow[]
  readonly writes: WriteSizes
  readonly goals: readonly Goal[]
}

const path = join(FOLDER, 'server.json')

export const readServerResult = (): ServerResult | null =>
  existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null

/** Returns the result as it is stored: rounded, as everything that quotes it has to be. */
export function writeServerResult(result: ServerResult): ServerResult {
  mkdirSync(FOLDER, { recursive: true })
  const text = JSON.stringify(result, rounded, 2)
  writeFileSync(path, `${text}\n`)
  return JSON.parse(text)
}

export function toRow(name: string, isOurs: boolean, rounds: readonly Round[]): LoadRow {
  const of = (worth: (round: Round) => number) => summarize(rounds.map(worth))
  return {
    name,
    isOurs,
    perSecond: of(({ perSecond }) => perSecond),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    cpu: of(({ cpu }) => cpu),
  }
}

export const isMet = ({ ratio, wanted }: Goal): boolean =>
  wanted.is === 'at least' ? ratio.median >= wanted.ratio : ratio.median <= wanted.ratio
