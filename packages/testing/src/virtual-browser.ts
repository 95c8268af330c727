import { type AuthEndpoint, memoryArea, type TokenArea } from '@tabkeeper/core'
import {
  type Clock,
  type PageSignals,
  storageLease,
  type World,
  webLock,
} from '@tabkeeper/core/world'
import { virtualLocks } from './virtual-locks.ts'
import { type ObservedArea, virtualStorage } from './virtual-storage.ts'

export interface VirtualBrowserOptions {
  /** Milliseconds until the other tabs see a write; asked for each write and tab. @default () => 0 */
  readonly lag?: () => number
  /** A number in [0, 1). @default () => 0.5 */
  readonly random?: () => number
  /** Whether the pages have Web Locks, which plain-http pages have not. @default true */
  readonly webLocks?: boolean
}

/** One browser profile: what its tabs share. */
export interface VirtualBrowser {
  readonly clock: Clock
  readonly local: ObservedArea
  /** Opens a tab: a world to assemble sessions in, sharing storage, locks and channel with the others. */
  openTab(): VirtualTab
}

/** What is done to storage; a fault may throw for it. */
export type StorageFault = (operation: 'read' | 'write' | 'erase', key: string) => void

export interface VirtualTab {
  readonly world: World
  readonly storage: TokenArea
  /** The names of what was measured, in order. */
  readonly measures: readonly string[]
  /** Calls `fault` before each access to storage from now on; `null` mends it. */
  breakStorage(fault: StorageFault | null): void
  /** `localStorage.clear()` in this tab. */
  clearStorage(): void
  /** The same endpoint as seen from this tab: answers that come while it is frozen wait, and a closed tab gets none. */
  through(endpoint: AuthEndpoint): AuthEndpoint
  /** The page is hidden or put aside: it is told nothing until it comes back. */
  leave(): void
  /** The page is shown again. */
  comeBack(): void
  /** Nothing runs in the page any more: no timer, no answer, no event. */
  freeze(): void
  /** What had to wait runs, in order. */
  thaw(): void
  /** The browser says that there is a network. */
  online(): void
  /** The tab is gone, in the middle of whatever it was doing. */
  close(): void
}

interface Page {
  readonly channel: string
  readonly keys: ReadonlySet<string>
  readonly signals: PageSignals
}

interface Tab {
  readonly pages: Set<Page>
  readonly run: (task: () => void) => void
}

/**
 * Returns a browser without pages: shared storage whose changes reach the other tabs as events of their
 * own, one queue per lock name, one channel. Events reach a tab in a later turn of the event loop, as in
 * a real browser, and carry a key only.
 */
export function virtualBrowser(
  clock: Clock,
  { lag = () => 0, random = () => 0.5, webLocks = true }: VirtualBrowserOptions = {},
): VirtualBrowser {
  const tabs = new Set<Tab>()
  const locks = virtualLocks()
  const { local, view } = virtualStorage()
  let opened = 0

  /** Tells the pages of a tab, in a later turn, what concerns them. */
  function tell({ pages, run }: Tab, concerns: (page: Page) => boolean): void {
    setImmediate(() =>
      run(() => {
        for (const page of [...pages]) if (concerns(page)) page.signals.changed()
      }),
    )
  }

  function openTab(): VirtualTab {
    const id = `tab-${++opened}`
    const pages = new Set<Page>()
    const gate = createGate()
    const measures: string[] = []
    const self: Tab = { pages, run: gate.run }
    let isAway = false
    let fault: StorageFault | null = null
    let heardUntil = 0
    tabs.add(self)

    const strings = view((key, apply) => {
      // A frozen page sees what is stored as soon as it runs again, and is told of it after that.
      const heard = () => {
        apply()
        tell(self, page => page.keys.has(key))
      }
      // In order: a later write is never seen before an earlier one.
      heardUntil = Math.max(heardUntil, clock.now() + lag())
      if (heardUntil > clock.now()) clock.wake(heardUntil, heard)
      else heard()
    })

    const storage: TokenArea = {
      read(key) {
        fault?.('read', key)
        return strings.read(key)
      },
      write(key, value) {
        fault?.('write', key)
        strings.write(key, value)
      },
      erase(key) {
        fault?.('erase', key)
        strings.erase(key)
      },
    }

    const tabClock: Clock = {
      now: clock.now,
      wake(at, callback) {
        let isWanted = true
        const cancel = clock.wake(at, () => gate.run(() => isWanted && callback()))
        return () => {
          isWanted = false
          cancel()
        }
      },
    }

    const world: World = {
      clock: tabClock,
      lock: (name, patience) =>
        webLock({
          name,
          clock: tabClock,
          patience,
          locks: () => (webLocks ? locks.of(id, gate.run) : undefined),
          otherwise: storageLease({ name, clock: tabClock, patience, area: storage }),
        }),
      tabStorage: memoryArea(),
      random,
      awake: new Map(),
      measure(name) {
        return () => void measures.push(name)
      },
      watch(keys, channel, signals) {
        const changed = () => {
          if (!isAway) signals.changed()
        }
        const page: Page = { keys, channel, signals: { ...signals, changed } }
        pages.add(page)
        return {
          publish() {
            for (const tab of tabs) tell(tab, other => other !== page && other.channel === channel)
          },
          stop: () => void pages.delete(page),
        }
      },
    }

    const signal = (name: keyof PageSignals) => {
      for (const page of [...pages]) page.signals[name]()
    }
    return {
      world,
      storage,
      measures,
      breakStorage(next) {
        fault = next
      },
      clearStorage: strings.clear,
      through: endpoint => throughGate(endpoint, gate),
      leave() {
        isAway = true
        signal('left')
      },
      comeBack() {
        isAway = false
        signal('changed')
      },
      freeze() {
        signal('left')
        gate.shut()
      },
      thaw() {
        gate.open()
        signal('changed')
      },
      online: () => signal('online'),
      close() {
        gate.remove()
        strings.close()
        tabs.delete(self)
        pages.clear()
        locks.drop(id)
      },
    }
  }

  return { clock, local, openTab }
}

interface Gate {
  run(task: () => void): void
  shut(): void
  open(): void
  /** Nothing passes any more. */
  remove(): void
}

function createGate(): Gate {
  let is: 'open' | 'shut' | 'gone' = 'open'
  const waiting: (() => void)[] = []
  return {
    run(task) {
      if (is === 'open') task()
      else if (is === 'shut') waiting.push(task)
    },
    shut() {
      if (is === 'open') is = 'shut'
    },
    open() {
      if (is === 'shut') is = 'open'
      for (const task of waiting.splice(0)) task()
    },
    remove() {
      is = 'gone'
      waiting.length = 0
    },
  }
}

function throughGate(endpoint: AuthEndpoint, gate: Gate): AuthEndpoint {
  const pass = <T>(answer: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      answer.then(
        value => gate.run(() => resolve(value)),
        reason => gate.run(() => reject(reason)),
      )
    })
  return {
    login: (...call) => pass(endpoint.login(...call)),
    register: (...call) => pass(endpoint.register(...call)),
    refresh: (...call) => pass(endpoint.refresh(...call)),
    revoke: (...call) => pass(endpoint.revoke(...call)),
    revokeAll: (...call) => pass(endpoint.revokeAll(...call)),
    listSessions: (...call) => pass(endpoint.listSessions(...call)),
    revokeSession: (...call) => pass(endpoint.revokeSession(...call)),
  }
}
