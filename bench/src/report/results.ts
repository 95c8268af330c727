import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Machine } from './machine.ts'
import type { AddedRow, FaultsRow, SizeRow, TabsRow, WaitingRow } from './rows.ts'

export interface Rows {
  readonly sizes: readonly SizeRow[]
  readonly added: readonly AddedRow[]
  readonly waiting: readonly WaitingRow[]
  readonly tabs: readonly TabsRow[]
  readonly faults: readonly FaultsRow[]
}

export type Kind = keyof Rows

export const KINDS: readonly Kind[] = ['sizes', 'added', 'waiting', 'tabs', 'faults']

/** One file of `results/`: what came out, on what, and in how many rounds. */
export interface Result<K extends Kind = Kind> {
  readonly measuredOn: Machine
  readonly rounds: number
  /** The releases that were compared. */
  readonly versions: Readonly<Record<string, string>>
  /** Who could not be measured, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
  readonly rows: Rows[K]
}

/** The newest of each kind; nothing of what was never measured. */
export type Results = { readonly [K in Kind]: Result<K> | null }

export const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../results')

export function readResults(): Results {
  const read = (kind: Kind) => {
    const path = join(FOLDER, `${kind}.json`)
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
  }
  return {
    sizes: read('sizes'),
    added: read('added'),
    waiting: read('waiting'),
    tabs: read('tabs'),
    faults: read('faults'),
  }
}

export function writeResult<K extends Kind>(kind: K, result: Result<K>): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${kind}.json`), `${JSON.stringify(result, rounded, 2)}\n`)
}

/** Four digits are more than any of it is worth. */
export function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(4))
    : value
}
