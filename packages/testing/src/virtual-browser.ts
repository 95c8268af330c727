import type { AuthEndpoint, TokenArea } from '@tabkeeper/core'
import {
  type Clock,
  type PageSignals,
  pageClaims,
  storageLease,
  type World,
  webLock,
} from '@tabkeeper/core/world'
import { inLaterTurn } from './later-turn.ts'
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
  /** Somebody sets the device's clock: so many milliseconds ahead of `clock`, or behind it where negative. */
  setWallClock(ahead: number): void
  /** Whether all tabs read the same time: those that were open before the clock was set back go on as they were. */
  agreesOnTime(): boolean
}

/** What is done to storage, and in place of what; a fault may throw for it. */
export type StorageFault = (
  operation: 'read' | 'write' | 'erase',
  key: string,
  value: string | null,
  old: string | null,
) => void

export interface VirtualTab {
  readonly world: World
  readonly storage: TokenArea
  /** `navigator.locks`, whether the pages have them or not. */
  readonly locks: LockManager
  /** The names of what was measured, in order. */
  readonly measures: readonly string[]
  /** Calls `fault` before each access to storage from now on; `null` mends it. */
  breakStorage(fault: StorageFault | null): void
  /** Opens a tab as the browser's own "Duplicate" does: with a copy of this one's `sessionStorage`. Closed before, it is this one, reloaded. */
  duplicate(): VirtualTab
  /** `localStorage.clear()` in this tab. */
  clearStorage(): void
  /** The same endpoint as seen from this tab: answers that come while it is frozen wait, and a closed tab gets none. */
  through(endpoint: AuthEndpoint): AuthEndpoint
  /** The same `fetch` as called from this tab: a browser calls off what a tab has under way that is closed. */
  fetching(fetch: typeof globalThis.fetch): typeof globalThis.fetch
  /** The page is hidden or put aside: it is told nothing until it comes back. */
  leave(): void
  /** The page is shown again. */
  comeBack(): void
  /** Timers ring only at whole multiples of so many milliseconds, as in a page that is hidden for long; 0 ends it. */
  throttle(ms: number): void
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
  /** How far the clock of its pages is ahead. */
  readonly ahead: () => number
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
  // How far the device's own clock is ahead.
  let ahead = 0

  /** Tells the pages of a tab, in a later turn, what concerns them. */
  function tell(
    { pages, run }: Tab,
    concerns: (page: Page) => boolean,
    what: 'changed' | 'told' = 'changed',
  ): void {
    inLaterTurn(() =>
      run(() => {
        for (const page of [...pages]) if (concerns(page)) page.signals[what]()
      }),
    )
  }

  function openTab(sessionStorage = new Map<string, string>()): VirtualTab {
    const id = `tab-${++opened}`
    const pages = new Set<Page>()
    const gate = createGate()
    const measures: string[] = []
    const ownLocks = locks.of(id, gate.run)
    const self: Tab = { pages, ahead: () => Math.max(known, ahead), run: gate.run }
    const closing = new AbortController()
    let known = ahead
    let isAway = false
    let fault: StorageFault | null = null
    let heardUntil = 0
    let throttledTo = 0
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
        fault?.('read', key, null, strings.read(key))
        return strings.read(key)
      },
      write(key, value) {
        fault?.('write', key, value, strings.read(key))
        strings.write(key, value)
      },
      erase(key) {
        fault?.('erase', key, null, strings.read(key))
        strings.erase(key)
      },
    }

    // As the system clock of `core`: set back, it goes on as before in the pages that saw it ahead.
    const now = () => {
      known = self.ahead()
      return clock.now() + known
    }
    const tabClock: Clock = {
      now,
      wake(at, callback) {
        let cancel = () => {}
        let isWanted = true
        const arm = () => {
          const due = clock.now() + Math.ceil(at - now())
          const rings = throttledTo === 0 ? due : Math.ceil(due / throttledTo) * throttledTo
          cancel = clock.wake(rings, () => gate.run(ring))
        }
        const ring = () => {
          if (!isWanted) return
          if (now() < at) arm()
          else callback()
        }
        arm()
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
          locks: () => (webLocks ? ownLocks : undefined),
          otherwise: storageLease({ name, clock: tabClock, patience, area: storage }),
        }),
      tabStorage: areaOf(sessionStorage),
      claim: pageClaims({
        clock: tabClock,
        locks: () => (webLocks ? ownLocks : undefined),
        claims: new Map(),
      }),
      random,
      awake: new Map(),
      measure(name) {
        return () => void measures.push(name)
      },
      watch(keys, channel, signals) {
        const unlessAway = (signal: () => void) => () => {
          if (!isAway) signal()
        }
        const changed = unlessAway(signals.changed)
        const told = unlessAway(signals.told)
        const page: Page = { keys, channel, signals: { ...signals, changed, told } }
        pages.add(page)
        return {
          publish() {
            for (const tab of tabs) {
              const hears = (other: Page) => other !== page && other.channel === channel
              tell(tab, hears, 'told')
            }
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
      locks: ownLocks,
      measures,
      breakStorage(next) {
        fault = next
      },
      duplicate: () => openTab(new Map(sessionStorage)),
      clearStorage: strings.clear,
      through: endpoint => throughGate(endpoint, gate),
      fetching: fetch => (input, init) => {
        const signals = [closing.signal, init?.signal].filter(each => each instanceof AbortSignal)
        return fetch(input, { ...init, signal: AbortSignal.any(signals) })
      },
      leave() {
        isAway = true
        signal('left')
      },
      comeBack() {
        isAway = false
        signal('changed')
      },
      throttle(ms) {
        throttledTo = ms
      },
      freeze() {
        signal('left')
        gate.shut()
      },
      thaw() {
        gate.open()
        signal('changed')
        if (isAway) signal('left')
      },
      online: () => signal('online'),
      close() {
        closing.abort(new TypeError('the tab is closed'))
        gate.remove()
        strings.close()
        tabs.delete(self)
        pages.clear()
        locks.drop(id)
      },
    }
  }

  return {
    clock,
    local,
    openTab: () => openTab(),
    setWallClock(ms) {
      ahead = ms
    },
    agreesOnTime: () => new Set([...tabs].map(tab => tab.ahead())).size <= 1,
  }
}

function areaOf(strings: Map<string, string>): TokenArea {
  return {
    read: key => strings.get(key) ?? null,
    write: (key, value) => void strings.set(key, value),
    erase: key => void strings.delete(key),
  }
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
    ...endpoint,
    login: (...call) => pass(endpoint.login(...call)),
    register: (...call) => pass(endpoint.register(...call)),
    refresh: (...call) => pass(endpoint.refresh(...call)),
    revoke: (...call) => pass(endpoint.revoke(...call)),
    revokeAll: (...call) => pass(endpoint.revokeAll(...call)),
    listSessions: (...call) => pass(endpoint.listSessions(...call)),
    revokeSession: (...call) => pass(endpoint.revokeSession(...call)),
  }
}
