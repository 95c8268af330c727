import type { AuthEndpoint, Session, SessionOptions } from '@tabkeeper/core'
import { assembleSession } from '@tabkeeper/core/world'
import {
  type ManualClock,
  manualClock,
  quiet,
  type RotatingServer,
  type RotatingServerOptions,
  rotatingServer,
  type VirtualBrowserOptions,
  type VirtualTab,
  virtualBrowser,
} from '@tabkeeper/testing'
import { onTestFinished } from 'vitest'
import { type Exported, exportLog } from '../src/log/exported.ts'
import { fingerprint } from '../src/log/fingerprint.ts'
import { createLog, type Log } from '../src/log/log.ts'
import { type Channel, shareLog } from '../src/log/tabs-channel.ts'
import { watch } from '../src/watch/watch.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const ADA = { email: 'ada@bar.test', password: 'right' }
export const BOB = { email: 'bob@bar.test', password: 'right' }

/** The bar's admin app in several tabs, with the devtools in each, a strict server and time that stands still. */
export interface WatchedTabs {
  readonly clock: ManualClock
  readonly server: RotatingServer
  /** Everything that the devtools have sent from tab to tab. */
  readonly sent: readonly unknown[]
  open(options?: Partial<SessionOptions>): WatchedTab
}

export interface WatchedTab {
  readonly tab: VirtualTab
  readonly session: Session
  readonly log: Log
  /** Makes the session wait for nothing: so many requests as an adapter makes them; what they came to. */
  ask(count?: number): Promise<string[]>
  duplicate(): WatchedTab
  exported(): Exported
}

export function openTabs(
  options: Partial<RotatingServerOptions> &
    VirtualBrowserOptions & { endpoint?: Partial<AuthEndpoint> } = {},
): WatchedTabs {
  const clock = manualClock()
  const server = rotatingServer({ clock, ...options })
  const browser = virtualBrowser(clock, options)
  const hub = createHub()
  let opened = 0

  function openIn(tab: VirtualTab, more: Partial<SessionOptions> = {}): WatchedTab {
    const session = assembleSession(
      {
        app: 'admin',
        endpoint: tab.through({ ...server.endpoint, ...options.endpoint }),
        storage: tab.storage,
        allowedOrigins: ['https://bar.test'],
        ...more,
      },
      tab.world,
    )
    const log = createLog({ tab: `t${++opened}`, now: tab.world.clock.now })
    const { stop } = watch([session], log, tab.world.clock)
    const leave = shareLog(log, hub.open())
    onTestFinished(() => {
      stop()
      leave()
      session.dispose()
    })
    return {
      tab,
      session,
      log,
      ask: (count = 1) =>
        Promise.all(Array.from({ length: count }, () => outcomeOf(session, server))),
      duplicate: () => openIn(tab.duplicate(), more),
      exported: () => exportLog(log, { [fingerprint('admin')]: 'admin' }),
    }
  }

  return { clock, server, sent: hub.sent, open: more => openIn(browser.openTab(), more) }
}

/** One request as an adapter makes it. */
async function outcomeOf(session: Session, server: RotatingServer): Promise<string> {
  try {
    const lease = await session.lease()
    if (lease === null) return 'no token'
    if (server.accepts(lease.accessToken)) return 'served'
    const newer = await session.renew(lease)
    return newer !== null && server.accepts(newer.accessToken) ? 'served' : 'refused'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** What the tabs of one browser tell each other; messages are copied, and arrive in a later turn. */
function createHub() {
  const listeners = new Map<object, (event: { readonly data: unknown }) => void>()
  const sent: unknown[] = []
  return {
    sent,
    open(): Channel {
      const self = {}
      return {
        postMessage(message) {
          const data = structuredClone(message)
          sent.push(data)
          for (const [other, listener] of listeners)
            if (other !== self) setImmediate(() => listener({ data }))
        },
        addEventListener: (_, listener) => void listeners.set(self, listener),
        close: () => void listeners.delete(self),
      }
    },
  }
}

/** What a promise comes to while so many milliseconds pass. */
export async function during<T>(clock: ManualClock, ms: number, promise: Promise<T>): Promise<T> {
  const [result] = await Promise.all([promise, clock.advance(ms).then(() => quiet())])
  return result
}
