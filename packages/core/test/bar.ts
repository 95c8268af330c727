import type { Session, SessionOptions } from '@tabkeeper/core'
import { assembleSession } from '@tabkeeper/core/world'
import {
  type ManualClock,
  manualClock,
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

export interface Bar {
  readonly clock: ManualClock
  readonly server: RotatingServer
  readonly browser: VirtualBrowser
  /** Opens a tab of the admin app. */
  open(options?: Partial<SessionOptions>): { readonly tab: VirtualTab; readonly session: Session }
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
    open(more = {}) {
      const tab = browser.openTab()
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
      return { tab, session }
    },
  }
}

/** Keeps the reasons with which a session ended, in order. */
export function endingsOf(session: Session): string[] {
  const reasons: string[] = []
  session.on('signed-out', ({ reason }) => reasons.push(reason))
  return reasons
}
