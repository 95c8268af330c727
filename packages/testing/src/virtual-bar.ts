import type { Session, SessionOptions } from '@tabkeeper/core'
import { assembleSession } from '@tabkeeper/core/world'
import { onTestFinished } from 'vitest'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { type RotatingServer, rotatingServer } from './rotating-server.ts'
import { type VirtualBrowser, type VirtualTab, virtualBrowser } from './virtual-browser.ts'

/** A strict server, one browser, and time that stands still. */
export interface VirtualBar {
  readonly clock: ManualClock
  readonly server: RotatingServer
  readonly browser: VirtualBrowser
  /** Makes a session of the admin app in a tab, a new one unless it is given. */
  open(options?: Partial<SessionOptions>, tab?: VirtualTab): Session
}

/**
 * Opens a {@link VirtualBar} for one test: for stories in which nothing but the session is real.
 *
 * @example
 * ```ts
 * const { clock, open, server } = virtualBar()
 * const session = open()
 * await session.login({ email: 'ada@bar.test', password: 'right' })
 * clock.jump(3_600_000)
 * await session.getAccessToken() // server.counts.refreshes is 1
 * ```
 */
export function virtualBar(): VirtualBar {
  const clock = manualClock()
  const server = rotatingServer({ clock })
  const browser = virtualBrowser(clock)
  return {
    clock,
    server,
    browser,
    open(options, tab = browser.openTab()) {
      const session = assembleSession(
        {
          app: 'admin',
          endpoint: tab.through(server.endpoint),
          storage: tab.storage,
          allowedOrigins: ['https://bar.test'],
          ...options,
        },
        tab.world,
      )
      onTestFinished(() => session.dispose())
      return session
    },
  }
}
