import type { Entry, EntryOf } from '../log/entry.ts'
import type { Exported } from '../log/exported.ts'
import { type Flight, flightsIn } from './flights.ts'
import { tabsIn } from './words.ts'

/** Something that a person would want to be told, in a sentence or a few. */
export interface Finding {
  /** When it began; milliseconds since 1970. */
  readonly at: number
  readonly is:
    | 'signed-out'
    | 'another-session'
    | 'unreachable'
    | 'stopped'
    | 'storage'
    | 'refused'
    | 'waited'
    | 'mistake'
  /** The name of the app, or its fingerprint; `null` for what is about a whole tab. */
  readonly app: string | null
  readonly text: string
}

/** A log that is ready to be asked. */
export interface Story {
  readonly flights: readonly Flight[]
  all<What extends Entry['what']>(what: What): readonly EntryOf<What>[]
  /** Tabs are counted in the order in which they appear: `tab 1`. */
  tab(id: string): string
  app(print: string): string
}

export function tellStory({ entries, apps }: Pick<Exported, 'entries' | 'apps'>): Story {
  const tabs = tabsIn(entries)
  return {
    flights: flightsIn(entries),
    all: what => entries.filter(entry => is(entry, what)),
    tab: id => `tab ${tabs.indexOf(id) + 1}`,
    app: print => apps[print] ?? print,
  }
}

function is<What extends Entry['what']>(entry: Entry, what: What): entry is EntryOf<What> {
  return entry.what === what
}

/** `tab 1, tab 2 and tab 3`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
