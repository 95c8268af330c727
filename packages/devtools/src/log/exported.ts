import type { Entry } from './entry.ts'
import type { Log } from './log.ts'

/** The recent events of all tabs, as `Export` saves them. */
export interface Exported {
  readonly format: 'tabkeeper-devtools'
  readonly version: 1
  /** The tab that it was saved in. */
  readonly tab: string
  /** The names of the apps that this tab knows, by their fingerprints. */
  readonly apps: Readonly<Record<string, string>>
  readonly entries: readonly Entry[]
}

export function exportLog(log: Log, apps: Exported['apps']): Exported {
  const entries = log.entries()
  return { format: 'tabkeeper-devtools', version: 1, tab: log.tab, apps, entries }
}
