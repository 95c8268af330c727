import type { Session, SessionOptions } from '@tabkeeper/core'
import { assembleSession } from '@tabkeeper/core/world'
import {
  type ManualClock,
  manualClock,
  quiet,
  type RotatingServer,
  type RotatingServerOptions,
  rotatingServer,
  type VirtualBrowser,
  type VirtualBrowserOptions,
  type VirtualTab,
  virtualBrowser,
} from '@tabkeeper/testing'
import { onTestFinished } from 'vitest'

export const HOUR = 3_600_000
export const ADA = { email: 'ada@bar.test', password: 'right' }
export const BOB = { email: 'bob@bar.test', password: 'right' }

/** All that a session tells. */
export const EVENTS = [
  'signed-in',
  'signed-out',
  'refreshed',
  'refresh-unreachable',
  'replaced',
  'warning',
] as const

export interface Bar {
  readonly clock: ManualClock
  readonly server: RotatingServer
  readonly browser: VirtualBrowser
  /** Opens a tab of the admin app. */
  open(options?: Partial<SessionOptions>): OpenTab
  /** What the promise comes to while so many milliseconds pass (a second where none are given). */
  soon<T>(promise: Promise<T>, ms?: number): Promise<T>
}

export interface OpenTab {
  readonly tab: VirtualTab
  readonly session: Session
  /** Makes another session in the same tab: a second copy of the app, or the page after a reload. */
  again(options?: Partial<SessionOptions>): Session
}

/** One browser with the admin app in as many tabs as are opened, a strict server, and time that stands still. */
export function openBar(options: Partial<RotatingServerOptions> & VirtualBrowserOptions = {}): Bar {
  const clock = manualClock()
  const server = rotatingServer({ clock, ...options })
  const browser = virtualBrowser(clock, options)
  return {
    clock,
    server,
    browser,
    open(options) {
      const tab = browser.openTab()
      const again = (more: Partial<SessionOptions> = {}) => {
        const session = assembleSession(
          {
            app: 'admin',
            endpoint: tab.through(server.endpoint),
            storage: tab.storage,
            allowedOrigins: ['https://bar.test'],
            ...more,
          },
          tab.world,
        )
        onTestFinished(() => session.dispose())
        return session
      }
      return { tab, session: again(options), again }
    },
    async soon(promise, ms = 1000) {
      const late = clock
        .advance(ms)
        .then(() => quiet())
        .then(() => Promise.reject(new Error(`still pending after ${ms} ms`)))
      return Promise.race([promise, late])
    },
  }
}

/** Keeps the reasons with which a session ended, in order. */
export function endingsOf(session: Session): string[] {
  const reasons: string[] = []
  session.on('signed-out', ({ reason }) => reasons.push(reason))
  return reasons
}

/** Keeps the names of all events that a session tells, in order. */
export function eventsOf(session: Session): string[] {
  const names: string[] = []
  for (const name of EVENTS) session.on(name, () => names.push(name))
  return names
}
