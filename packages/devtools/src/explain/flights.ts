import type { Entry, EntryOf, SessionEntry } from '../log/entry.ts'

/** One refresh of one tab, from the first sign of it to what came of it. */
export interface Flight {
  readonly tab: string
  readonly app: string
  readonly session: string | null
  readonly from: number
  /** `null` while it is under way. */
  readonly to: number | null
  /** When the access token ended that was to be replaced: two flights that say the same spent the same token. */
  readonly spent: number | null
  readonly outcome: Outcome
}

export type Outcome =
  | { readonly is: 'pending' }
  | { readonly is: 'granted' }
  /** Another tab was faster. */
  | { readonly is: 'adopted' }
  | { readonly is: 'denied'; readonly reason: Reason }
  | { readonly is: 'unreachable'; readonly answer: EntryOf<'unreachable'> }
  /** The session was over, or another one, before there was an answer. */
  | { readonly is: 'abandoned' }

export type Reason = EntryOf<'signed-out'>['reason']

/** The refreshes in a log, in the order in which they began. */
export function flightsIn(entries: readonly Entry[]): readonly Flight[] {
  const flights: Flight[] = []
  for (const own of groupBy(entries.filter(isOfSession), ({ tab, app }) => `${tab}:${app}`)) {
    // A change of the state comes first, and what it means right after it.
    let open: Flight | null = null
    let last: EntryOf<'state'> | null = null
    for (const entry of own) {
      if (entry.what === 'state') {
        if (entry.refresh === 'pending') open ??= begin(entry)
        last = entry
      } else if (open !== null) {
        const outcome = outcomeOf(entry)
        if (outcome === null) continue
        flights.push({ ...open, to: entry.at, outcome })
        // The next one began in the same turn.
        open = last?.refresh === 'pending' ? { ...begin(last), from: entry.at } : null
      }
    }
    if (open !== null) flights.push(open)
  }
  return flights.sort((a, b) => a.from - b.from)
}

function begin({ tab, app, session, at, expiresAt }: EntryOf<'state'>): Flight {
  return { tab, app, session, from: at, to: null, spent: expiresAt, outcome: { is: 'pending' } }
}

function outcomeOf(entry: SessionEntry): Outcome | null {
  switch (entry.what) {
    case 'refreshed':
      return { is: entry.by === 'this-tab' ? 'granted' : 'adopted' }
    case 'unreachable':
      return { is: 'unreachable', answer: entry }
    case 'signed-out':
      // An end in the middle of one's own refresh, and not by one's own hand, is the server's word.
      return entry.by === 'this-tab' && entry.reason !== 'logout'
        ? { is: 'denied', reason: entry.reason }
        : { is: 'abandoned' }
    case 'replaced':
    case 'signed-in':
      return { is: 'abandoned' }
    case 'state':
    case 'warned':
    case 'waiting':
    case 'waited':
    case 'refused':
      return null
  }
}

export function isOfSession(entry: Entry): entry is SessionEntry {
  return entry.what !== 'page' && entry.what !== 'fault'
}

/** The groups in the order of their first members. */
export function groupBy<T>(all: readonly T[], keyOf: (each: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const each of all) {
    const key = keyOf(each)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [each])
    else group.push(each)
  }
  return [...groups.values()]
}

/** The one that did it, before those that learned of it: news travel within a millisecond. */
export function firstOf<T extends { readonly by: 'this-tab' | 'another-tab' }>(
  group: readonly T[],
): T | undefined {
  return group.find(({ by }) => by === 'this-tab') ?? group[0]
}
