import {
  type AuthEndpoint,
  cookieEndpoint,
  type Session,
  type SessionOptions,
  storageKeys,
} from '@tabkeeper/core'
import { assembleSession } from '@tabkeeper/core/world'
import {
  cookieFetch,
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

/**
 * How the tokens of all bars travel: in bodies, or the refresh token in a cookie. The stories are told in
 * both; `in-split-transport.test.ts` says how.
 */
export let transport: 'bearer' | 'split' = 'bearer'

export function tellIn(next: typeof transport): void {
  transport = next
}

/** Whether all tabs share their tokens through storage. Otherwise each has its own, in memory. */
export function areTokensStored(): boolean {
  return transport === 'bearer'
}

/** How many refreshes it takes, and how many tokens there are, when so many tabs need one. */
export function oneOrEach(tabs: number): number {
  return areTokensStored() ? 1 : tabs
}

/** The keys under which an app stores a session. */
export function storedKeys(app: string, names = storageKeys(app)): string[] {
  const tokens = areTokensStored() ? [names.accessToken, names.refreshToken] : []
  return [...tokens, ...(names.user === null ? [] : [names.user]), `tabkeeper:${app}`].sort()
}

export interface Bar {
  readonly clock: ManualClock
  readonly server: RotatingServer
  readonly browser: VirtualBrowser
  /** The server as one page sees it, with some of its answers changed. */
  endpoint(changed?: Partial<AuthEndpoint>): AuthEndpoint
  /** The refresh token of the admin app, wherever it is kept. */
  refreshToken(): string | null
  /** The browser's cookies are gone. */
  dropCookies(): void
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
  /** The browser's own "Duplicate tab": what this one keeps for itself is copied. */
  duplicate(): OpenTab
}

/** One browser with the admin app in as many tabs as are opened, a strict server, and time that stands still. */
export function openBar(options: Partial<RotatingServerOptions> & VirtualBrowserOptions = {}): Bar {
  const clock = manualClock()
  const server = rotatingServer({ clock, ...options })
  const browser = virtualBrowser(clock, options)
  const cookies = new Map<string, string>()

  function endpointOf(app: string, changed?: Partial<AuthEndpoint>): AuthEndpoint {
    const answering = { ...server.endpoint, ...changed }
    if (transport === 'bearer') return answering
    const fetch = cookieFetch(answering, cookies)
    return cookieEndpoint('https://bar.test/api/auth', { client: app, fetch })
  }

  function openIn(tab: VirtualTab, options?: Partial<SessionOptions>): OpenTab {
    const again = (more: Partial<SessionOptions> = {}) => {
      const session = assembleSession(
        {
          app: 'admin',
          endpoint: tab.through(endpointOf(more.app ?? 'admin')),
          storage: tab.storage,
          allowedOrigins: ['https://bar.test'],
          ...more,
        },
        tab.world,
      )
      onTestFinished(() => session.dispose())
      return session
    }
    return {
      tab,
      session: again(options),
      again,
      duplicate: () => openIn(tab.duplicate(), options),
    }
  }

  return {
    clock,
    server,
    browser,
    endpoint: changed => endpointOf('admin', changed),
    dropCookies: () => cookies.clear(),
    refreshToken: () =>
      areTokensStored()
        ? browser.local.read('admin_refresh_token')
        : (cookies.get('admin') ?? null),
    open: options => openIn(browser.openTab(), options),
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

/** Keeps the codes of what a session warns of, in order. */
export function warningsOf(session: Session): string[] {
  const codes: string[] = []
  session.on('warning', ({ code }) => codes.push(code))
  return codes
}

/** One request as an adapter makes it: with a token whose age nobody knows, a 401 may come first. */
export async function isServed(session: Session, server: RotatingServer): Promise<boolean> {
  const lease = await session.lease()
  if (lease === null) return false
  const newer = server.accepts(lease.accessToken) ? lease : await session.renew(lease)
  return newer !== null && server.accepts(newer.accessToken)
}
