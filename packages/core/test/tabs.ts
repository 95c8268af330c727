import type { AuthServerOptions } from '@tabkeeper/server'
import {
  type Engine,
  isInstalled,
  type KeptRefresh,
  openBrowser,
  type Page,
  type ServedBar,
  serveBar,
  type Tab,
  type TabBrowser,
} from '@tabkeeper/testing/browser'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import type { Session, SessionOptions } from '../src/index.ts'

// What the stories' page has; see `@tabkeeper/testing/browser`.
declare global {
  var session: Session
  var api: typeof fetch
  /** The reasons of the ends that this page was told of, and `replaced` for each other session that took over. */
  var endings: string[]
  /** What the requests of `ask` and `fireTogether` came to. */
  var answers: Promise<(number | string)[]>
  /** Whether the requests of `fireTogether` are on their way. */
  var isFired: boolean
  /** When this page was told of the ends of its session. */
  var toldAt: number[]
  /** What it could still send a request with in each event that told it of one. */
  var leasesAfter: ReturnType<Session['held']>[]
  var tabkeeper: typeof import('@tabkeeper/testing/browser').tabkeeper
}

export interface TabStory<T extends Tab = Tab> {
  readonly bar: ServedBar
  /** How often the server took a refresh token for stolen. */
  alarms(): number
  /** Opens a tab with a page of the bar, and leaves it alone. */
  openPage(options?: PageOptions): Promise<T>
  /** Opens a tab of an app with its session and a wrapped fetch. */
  openTab(options?: TabOptions): Promise<T>
  /** So much time that every access token is over passes for the server, in all tabs, and in the given frames: what a laptop does that slept. */
  sleep(...frames: Page[]): Promise<void>
}

export interface PageOptions {
  /** @default '/' */
  readonly path?: string
  /** On any other than this the pages are plain http. @default 'localhost' */
  readonly host?: string
}

export type TabOptions = PageOptions & WakeOptions

export interface WakeOptions {
  /** @default 'admin' */
  readonly app?: string
  /** `split`: the refresh token is in a cookie, as the server's client of that name has to have it, too. */
  readonly transport?: 'bearer' | 'split'
  /** Options of the session, as far as they are plain values. */
  readonly session?: Partial<SessionOptions>
  /** Run in the page before its session is made. */
  readonly before?: readonly (() => void)[]
}

/** A refresh token that comes twice is theft. */
export const STRICT = { grace: 0 }

/** Nobody's patience ends within a story: a lock that does not come back is waited for without end. */
export const PATIENT = { session: { refreshTimeout: 10 * 60_000 } }

/** Somebody else than the bar's own account. */
export const BOB = { email: 'bob@bar.test', password: 'another long enough password' }

/** Shorter than any session lives idle. */
const ACCESS_TOKEN_TTL = 10 * 60_000
const NAP = ACCESS_TOKEN_TTL + 60_000

/** Tells stories in every engine that is installed, in one browser each. */
export function inEachEngine(tell: (browser: () => TabBrowser, engine: Engine) => void): void {
  for (const engine of ['chromium', 'firefox', 'webkit'] as const)
    describe.skipIf(!isInstalled(engine))(`in ${engine}`, () => {
      tell(
        shareBrowser(() => openBrowser(engine)),
        engine,
      )
    })
}

/** One browser for the stories of a `describe`: each of them has an origin, and so a storage, of its own. */
export function shareBrowser<T extends Tab>(
  open: () => Promise<TabBrowser<T>>,
): () => TabBrowser<T> {
  let browser: TabBrowser<T> | null = null
  beforeAll(async () => {
    browser = await open()
  })
  afterAll(() => browser?.[Symbol.asyncDispose]())
  return () => {
    if (browser === null) throw new Error('The browser is open in tests only.')
    return browser
  }
}

/** A real server for one test, and its tabs in a real browser; they end with it. */
export async function openStory<T extends Tab>(
  browser: TabBrowser<T>,
  options: Partial<AuthServerOptions> = {},
): Promise<TabStory<T>> {
  let alarms = 0
  const bar = await serveBar({
    accessTokenTtl: ACCESS_TOKEN_TTL,
    on({ kind }) {
      if (kind === 'reuse-detected') alarms++
    },
    ...options,
  })
  await bar.auth.users.create({ ...BOB, role: 'customer' })
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const tabs = new Set<Tab>()
  onTestFinished(async () => {
    for (const tab of tabs) await tab.close()
  })

  async function openPage({ path = '/', host = 'localhost' }: PageOptions = {}): Promise<T> {
    const tab = await browser.openTab(bar.origin.replace('localhost', host) + path)
    const whole = {
      ...tab,
      close() {
        tabs.delete(whole)
        return tab.close()
      },
    }
    tabs.add(whole)
    return whole
  }

  return {
    bar,
    alarms: () => alarms,
    openPage,
    async openTab(options = {}) {
      const tab = await openPage(options)
      await wake(tab, options)
      return tab
    },
    async sleep(...frames) {
      bar.clockOffset += NAP
      for (const page of [...tabs, ...frames])
        await page.evaluate(offset => {
          globalThis.clockOffset = offset
        }, bar.clockOffset)
    },
  }
}

/** Makes the session of a page that was just loaded. */
export async function wake(
  page: Page,
  { app = 'admin', transport, session: options, before = [] }: WakeOptions = {},
): Promise<void> {
  for (const prepare of before) await page.evaluate(prepare)
  await page.evaluate(
    ([app, transport, options]) => {
      const authUrl = '/api/auth'
      const endpoint = tabkeeper.cookieEndpoint(authUrl, { client: app })
      const split = transport === 'split' ? { endpoint } : {}
      globalThis.session = tabkeeper.createSession({ app, authUrl, ...split, ...options })
      globalThis.api = tabkeeper.withAutoRefresh(fetch, session)
      globalThis.endings = []
      session.on('signed-out', ({ reason }) => endings.push(reason))
      session.on('replaced', () => endings.push('replaced'))
    },
    [app, transport, options] as const,
  )
}

/** Tabs of one session; the first one has signed in. */
export async function openTabs<T extends Tab>(
  story: TabStory<T>,
  count: 2,
  options?: TabOptions,
): Promise<[T, T]>
export async function openTabs<T extends Tab>(
  story: TabStory<T>,
  count: number,
  options?: TabOptions,
): Promise<[T, ...T[]]>
export async function openTabs<T extends Tab>(
  story: TabStory<T>,
  count: number,
  options?: TabOptions,
): Promise<[T, ...T[]]> {
  const first = await story.openTab(options)
  await signIn(first, story.bar.account)
  const others = await Promise.all(Array.from({ length: count - 1 }, () => story.openTab(options)))
  return [first, ...others]
}

export async function signIn(
  page: Page,
  { email, password }: typeof BOB,
  options: { remember?: boolean } = {},
): Promise<void> {
  await page.evaluate(
    async ([account, options]) => {
      await session.login(account, options)
    },
    [{ email, password }, options] as const,
  )
}

export async function untilStatus(page: Page, status: string): Promise<void> {
  await page.waitFor(status => session.getState().status === status, status)
}

/** Makes a request and does not wait: `answers` in the page has its status, or the code of its error. */
export async function ask(page: Page, method = 'GET'): Promise<void> {
  await page.evaluate(method => {
    globalThis.answers = Promise.all([
      api('/api/orders', { method }).then(
        answer => answer.status,
        error => error.code ?? String(error),
      ),
    ])
  }, method)
}

/** Makes a request whose token is over, and keeps the refresh that it takes. */
export async function askAndKeep(
  { bar }: TabStory,
  page: Page,
  method?: string,
): Promise<KeptRefresh> {
  const refresh = bar.keepAnswer()
  await ask(page, method)
  await refresh.arrived
  return refresh
}

export function answersIn(page: Page): Promise<(number | string)[]> {
  return page.evaluate(() => answers)
}

/** Fires requests in all pages at the same moment; gives the statuses that came back. */
export async function fireTogether(
  pages: readonly Page[],
  each: number,
): Promise<(number | string)[]> {
  await fire(pages, each)
  return (await Promise.all(pages.map(answersIn))).flat()
}

/** The same, and keeps the answer to the first refresh until all the other pages want one too. */
export async function fireTogetherAndKeep(
  { bar }: TabStory,
  pages: readonly [Page, ...Page[]],
  each: number,
): Promise<(number | string)[]> {
  const refresh = bar.keepAnswer()
  await fire(pages, each)
  await refresh.arrived
  await untilWaiting(pages[0], pages.length - 1)
  refresh.release()
  return (await Promise.all(pages.map(answersIn))).flat()
}

async function fire(pages: readonly Page[], each: number): Promise<void> {
  // Timers of tabs that are not seen run late; messages do not.
  for (const page of pages)
    await page.evaluate(each => {
      const starter = new BroadcastChannel('fire')
      globalThis.isFired = false
      globalThis.answers = new Promise(done => {
        starter.onmessage = () => {
          starter.close()
          globalThis.isFired = true
          const requests = Array.from({ length: each }, () => api('/api/orders'))
          done(Promise.all(requests.map(async request => (await request).status)))
        }
      })
    }, each)
  const start = () =>
    pages[0]?.evaluate(() => {
      const starter = new BroadcastChannel('fire')
      starter.postMessage('now')
      starter.close()
    })
  await start()
  // A channel that was opened a moment ago may not be reached yet, in WebKit.
  for (const page of pages) while (!(await page.evaluate(() => isFired))) await start()
}

/** What all tabs of the admin app refresh under. */
export const LOCK = 'tabkeeper-refresh:admin'

/** Resolves when nobody is at the end of a refresh any more: a tab that is not seen takes a second for it. */
export async function untilLockIsFree(page: Page): Promise<void> {
  await page.waitFor(async name => {
    if (navigator.locks === undefined)
      return JSON.parse(localStorage.getItem(name) ?? '{}').holder == null
    const { held = [] } = await navigator.locks.query()
    return !held.some(lock => lock.name === name)
  }, LOCK)
}

/** Resolves when so many tabs wait for the lock. */
export async function untilWaiting(page: Page, count: number): Promise<void> {
  await page.waitFor(
    async ([name, count]) => {
      const { pending = [] } = await navigator.locks.query()
      return pending.filter(lock => lock.name === name).length === count
    },
    [LOCK, count] as const,
  )
}

export function storedKeys(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(localStorage).sort())
}

/** For `before`: a page without Web Locks, which therefore never waits for one that has them. */
export function withoutLocks(): void {
  Object.defineProperty(navigator, 'locks', { value: undefined })
}

/** For `before`: a page that no other tab can reach, as if all its news were late. */
export function hearNothing(): void {
  addEventListener('storage', event => event.stopImmediatePropagation())
  Object.assign(globalThis, { BroadcastChannel: undefined })
}

/** For `before`: a page whose channel is broken; storage events go out as ever. */
export function withoutChannel(): void {
  Object.assign(globalThis, { BroadcastChannel: undefined })
}
