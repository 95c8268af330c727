import type { Clock } from './clock.ts'
import type { Lock } from './lock.ts'
import type { PageSignals, PageWatch } from './page-signals.ts'
import type { TokenArea } from './token-area.ts'

/** Everything that a session needs of the place it runs in. A test gives its own. */
export interface World {
  readonly clock: Clock
  /** The lock that all tabs of an app share; a holder is passed over after `patience` milliseconds. */
  lock(name: string, patience: number): Lock
  /** For sessions that are not to be remembered: this tab only. */
  readonly tabStorage: TokenArea
  /**
   * Claims a name for this page, until `until` aborts. `false` where another page has it and keeps it;
   * `true` also where nobody can tell.
   */
  claim(name: string, until: AbortSignal): Promise<boolean>
  /** Listens for what happens outside this page to the given keys. */
  watch(keys: ReadonlySet<string>, channel: string, signals: PageSignals): PageWatch
  /** How many sessions of each app are awake in this page: more than one is a mistake. */
  readonly awake: Map<string, number>
  /** Starts an entry of the performance timeline; the returned function ends it. */
  measure(name: string): () => void
  /** A number in [0, 1). */
  random(): number
}
