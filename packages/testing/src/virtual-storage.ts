import type { TokenArea } from '@tabkeeper/core'

/** The `localStorage` of one browser profile, as each of its pages sees it. */
export interface VirtualStorage {
  /** What is stored, as nobody in particular sees it. */
  readonly local: ObservedArea
  /** One page's view: its own writes at once, those of others when `hear` is called. */
  view(hear: Hear): TokenArea & { clear(): void; close(): void }
}

/** Called for each change that another page made. `apply` makes it visible to this page. */
export type Hear = (key: string, apply: () => void) => void

/** An area that counts what is done to it. */
export interface ObservedArea extends TokenArea {
  readonly counts: { reads: number; writes: number }
  /** All that is stored. */
  entries(): Record<string, string>
  clear(): void
}

interface View {
  readonly strings: Map<string, string>
  /** The number of the change that made a key what it is here; earlier ones arrive too late. */
  readonly changes: Map<string, number>
  readonly hear: Hear
}

/** Returns storage that every page has a copy of, as in a browser with a process for each. */
export function virtualStorage(): VirtualStorage {
  const truth = new Map<string, string>()
  const views = new Set<View>()
  const counts = { reads: 0, writes: 0 }
  let changes = 0

  function change(own: View | null, key: string, value: string | null): void {
    const number = ++changes
    set(truth, key, value)
    for (const view of views) {
      const apply = () => {
        if ((view.changes.get(key) ?? 0) > number) return
        view.changes.set(key, number)
        set(view.strings, key, value)
      }
      if (view === own || own === null) apply()
      else view.hear(key, apply)
    }
  }

  function clear(own: View | null): void {
    for (const key of [...truth.keys()]) change(own, key, null)
  }

  return {
    local: {
      counts,
      read: key => truth.get(key) ?? null,
      write: (key, value) => change(null, key, value),
      erase: key => change(null, key, null),
      entries: () => Object.fromEntries(truth),
      clear: () => clear(null),
    },
    view(hear) {
      const view: View = { strings: new Map(truth), changes: new Map(), hear }
      views.add(view)
      return {
        read(key) {
          counts.reads++
          return view.strings.get(key) ?? null
        },
        write(key, value) {
          counts.writes++
          if (view.strings.get(key) !== value) change(view, key, value)
        },
        erase(key) {
          if (view.strings.has(key)) change(view, key, null)
        },
        clear: () => clear(view),
        close: () => void views.delete(view),
      }
    },
  }
}

function set(strings: Map<string, string>, key: string, value: string | null): void {
  if (value === null) strings.delete(key)
  else strings.set(key, value)
}
