import { tabsIn } from '../explain/words.ts'
import type { Entry, EntryOf } from '../log/entry.ts'

/** What is known of an app in one tab. */
export interface TabState {
  readonly tab: string
  readonly state: EntryOf<'state'>
  readonly isHidden: boolean
  readonly waiting: number
}

/** The tabs that an app is open in, as their last entries say; those that were left are gone. */
export function tabsOf(app: string, entries: readonly Entry[]): readonly TabState[] {
  return tabsIn(entries).flatMap(tab => {
    const own = entries.filter(entry => entry.tab === tab)
    const state = own.filter(entry => entry.what === 'state' && entry.app === app).at(-1)
    const page = own.filter(entry => entry.what === 'page' && entry.is !== 'stopped').at(-1)
    if (state?.what !== 'state' || page?.what !== 'page' || page.is === 'left') return []
    const queue = own
      .filter(entry => (entry.what === 'waiting' || entry.what === 'waited') && entry.app === app)
      .at(-1)
    const waiting = queue?.what === 'waiting' ? queue.count : 0
    const isHidden = own.filter(isAboutSight).at(-1)?.is === 'hidden'
    return [{ tab, state, isHidden, waiting }]
  })
}

function isAboutSight(entry: Entry): entry is EntryOf<'page'> {
  return entry.what === 'page' && (entry.is === 'hidden' || entry.is === 'shown')
}

/** A state in words. */
export function stateInWords({ status, refresh, reason }: EntryOf<'state'>): string {
  switch (status) {
    case 'loading':
      return 'loading'
    case 'unauthenticated':
      return reason === 'none' || reason === null ? 'signed out' : `signed out: ${reason}`
    case 'authenticated':
      return refresh === 'pending'
        ? 'signed in, refreshing'
        : refresh === 'backing-off'
          ? 'signed in, backing off'
          : 'signed in'
  }
}

/** Where a session is kept, in words. */
export function persistenceInWords(persistence: EntryOf<'state'>['persistence']): string {
  switch (persistence) {
    case 'local':
      return 'all tabs, across restarts'
    case 'tab':
      return 'this tab only'
    case 'memory':
      return 'memory, until the page is left'
    case null:
      return '–'
  }
}
