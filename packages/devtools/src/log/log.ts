import { type Detail, type Entry, readEntry } from './entry.ts'

/** What has happened in this tab, and what the others tell of theirs. */
export interface Log {
  /** The name of this tab: up to seven letters and digits. */
  readonly tab: string
  /** In the order in which it happened; the same array until something is added. */
  entries(): readonly Entry[]
  /** Of this tab alone. */
  own(): readonly Entry[]
  /** Adds what has happened here. */
  record(detail: Detail): void
  /** Adds what others tell, as far as it is understood and new. */
  take(given: readonly unknown[]): void
  /** Calls back after each addition, with the entry if it is of this tab; returns the undo. */
  subscribe(listener: (own: Entry | null) => void): () => void
}

export interface LogOptions {
  readonly tab: string
  /** Milliseconds since 1970. */
  now(): number
}

/** So many entries are kept; the oldest go first. */
export const MOST = 2_000

export function createLog({ tab, now }: LogOptions): Log {
  let entries: readonly Entry[] = []
  let count = 0
  const listeners = new Set<(own: Entry | null) => void>()

  function add(added: readonly Entry[], own: Entry | null): void {
    const isInOrder = added.length === 1 && (entries.at(-1)?.at ?? 0) < (added[0]?.at ?? 0)
    const all = [...entries, ...added]
    if (!isInOrder) all.sort(inOrder)
    entries = all.slice(-MOST)
    for (const listener of [...listeners]) listener(own)
  }

  return {
    tab,
    entries: () => entries,
    own: () => entries.filter(entry => entry.tab === tab),
    record(detail) {
      const entry = readEntry({ ...detail, at: Math.round(now()), tab, n: count++ })
      if (entry !== null) add([entry], entry)
    },
    take(given) {
      const known = new Set(entries.map(keyOf))
      const news = given.map(readEntry).filter(entry => {
        if (entry === null || entry.tab === tab || known.has(keyOf(entry))) return false
        known.add(keyOf(entry))
        return true
      })
      if (news.length > 0)
        add(
          news.filter(entry => entry !== null),
          null,
        )
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The same in all tabs, whoever heard of what first. */
function inOrder(a: Entry, b: Entry): number {
  if (a.at !== b.at) return a.at - b.at
  return a.tab === b.tab ? a.n - b.n : a.tab < b.tab ? -1 : 1
}

function keyOf({ tab, n }: Entry): string {
  return `${tab}:${n}`
}
