import { memoryArea, type TokenArea } from '@tabkeeper/core'
import type { Clock, Lock, PageSignals, World } from '@tabkeeper/core/world'

/** One browser profile: what its tabs share. */
export interface VirtualBrowser {
  readonly clock: Clock
  readonly local: ObservedArea
  /** Opens a tab: a world to assemble a session in, sharing storage, locks and channel with the others. */
  openTab(): VirtualTab
}

export interface VirtualTab {
  readonly world: World
  readonly storage: TokenArea
  /** The page is hidden, frozen or put aside: it is told nothing until it comes back. */
  leave(): void
  /** The page is shown again. */
  comeBack(): void
  /** The browser says that there is a network. */
  online(): void
  close(): void
}

/** An area that counts what is done to it and tells who else is looking. */
export interface ObservedArea extends TokenArea {
  readonly counts: { reads: number; writes: number }
  /** All that is stored. */
  entries(): Record<string, string>
  clear(): void
}

interface Page {
  readonly keys: ReadonlySet<string>
  readonly channel: string
  readonly signals: PageSignals
}

/**
 * Returns a browser without pages: shared storage whose changes reach the other tabs as events of their
 * own, one queue per lock name, one channel. Events reach a tab in a later turn of the event loop, as in
 * a real browser, and carry a key only.
 */
export function virtualBrowser(clock: Clock): VirtualBrowser {
  const pages = new Map<VirtualTab, Page>()
  const queues = new Map<string, Promise<unknown>>()
  const local = observedArea()

  function tell(others: VirtualTab, heard: (page: Page) => boolean): void {
    setImmediate(() => {
      for (const [tab, page] of pages) if (tab !== others && heard(page)) page.signals.changed()
    })
  }

  function lock(name: string): Lock {
    return {
      async hold(task, { signal }) {
        const before = queues.get(name) ?? Promise.resolve()
        const turn = before.then(() => {
          signal.throwIfAborted()
          return task(new AbortController().signal)
        })
        queues.set(
          name,
          turn.catch(() => {}),
        )
        return turn
      },
    }
  }

  return {
    clock,
    local,
    openTab() {
      let isAway = false
      const storage: TokenArea = {
        read: local.read,
        write(key, value) {
          local.write(key, value)
          tell(tab, page => page.keys.has(key))
        },
        erase(key) {
          local.erase(key)
          tell(tab, page => page.keys.has(key))
        },
      }
      const signals = () => pages.get(tab)?.signals
      const tab: VirtualTab = {
        storage,
        world: {
          clock,
          lock,
          tabStorage: memoryArea(),
          random: () => 0.5,
          watch(keys, channel, heard) {
            const changed = () => {
              if (!isAway) heard.changed()
            }
            pages.set(tab, { keys, channel, signals: { ...heard, changed } })
            return {
              publish: () => tell(tab, page => page.channel === channel),
              stop: () => void pages.delete(tab),
            }
          },
        },
        leave() {
          isAway = true
          signals()?.left()
        },
        comeBack() {
          isAway = false
          signals()?.changed()
        },
        online: () => signals()?.online(),
        close: () => void pages.delete(tab),
      }
      return tab
    },
  }
}

function observedArea(): ObservedArea {
  const strings = new Map<string, string>()
  const counts = { reads: 0, writes: 0 }
  return {
    counts,
    read(key) {
      counts.reads++
      return strings.get(key) ?? null
    },
    write(key, value) {
      counts.writes++
      strings.set(key, value)
    },
    erase(key) {
      strings.delete(key)
    },
    entries: () => Object.fromEntries(strings),
    clear() {
      strings.clear()
    },
  }
}
