import type { AuthServerOptions } from '@tabkeeper/server'
import {
  type Engine,
  openBrowser,
  type ServedBar,
  serveBar,
  type Tab,
} from '@tabkeeper/testing/browser'
import { onTestFinished } from 'vitest'
import type { Session } from '../src/index.ts'

// What the stories' page has; see `@tabkeeper/testing/browser`.
declare global {
  var session: Session
  var api: typeof fetch
  var endings: string[]
  var tabkeeper: typeof import('@tabkeeper/testing/browser').tabkeeper
}

export interface TabStory {
  readonly bar: ServedBar
  /** Opens a tab of an app with its session and a wrapped fetch. */
  openTab(app?: string): Promise<Tab>
  /** So much time that every access token is over passes for the server and in all tabs: what a laptop does that slept. */
  sleep(): Promise<void>
}

/** Shorter than any session lives idle. */
const ACCESS_TOKEN_TTL = 10 * 60_000
const NAP = ACCESS_TOKEN_TTL + 60_000

/** A real server and a real browser profile for one test; both end with it. On any host but `localhost` the pages are plain http. */
export async function openStory(
  engine: Engine,
  options: Partial<AuthServerOptions> = {},
  host = 'localhost',
): Promise<TabStory> {
  const bar = await serveBar({ accessTokenTtl: ACCESS_TOKEN_TTL, ...options })
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const browser = await openBrowser(engine)
  onTestFinished(() => browser[Symbol.asyncDispose]())
  const tabs: Tab[] = []
  return {
    bar,
    async openTab(app = 'admin') {
      const tab = await browser.openTab(bar.origin.replace('localhost', host))
      tabs.push(tab)
      await wake(tab, app)
      return tab
    },
    async sleep() {
      bar.clockOffset += NAP
      for (const tab of tabs)
        await tab.evaluate(offset => {
          clockOffset = offset
        }, bar.clockOffset)
    },
  }
}

/** Makes the session of a page that was just loaded. */
export async function wake(tab: Tab, app = 'admin'): Promise<void> {
  await tab.evaluate(app => {
    globalThis.session = tabkeeper.createSession({ app, authUrl: '/api/auth' })
    globalThis.api = tabkeeper.withAutoRefresh(fetch, session)
    globalThis.endings = []
    session.on('signed-out', ({ reason }) => endings.push(reason))
  }, app)
}

export async function signIn(tab: Tab, { account }: ServedBar): Promise<void> {
  await tab.evaluate(account => session.login(account).then(() => {}), account)
}

export async function untilStatus(tab: Tab, status: string): Promise<void> {
  await tab.waitFor(status => session.getState().status === status, status)
}

/** Fires requests in all tabs at the same moment of their common clock; gives the statuses that came back. */
export async function fireTogether(
  { bar }: TabStory,
  tabs: readonly Tab[],
  each: number,
): Promise<number[]> {
  const at = Date.now() + bar.clockOffset + 150 + 50 * tabs.length // drivers that stand in line need a while for each
  const statuses = await Promise.all(
    tabs.map(tab =>
      tab.evaluate(
        async ([at, each]) => {
          while (Date.now() < at) await new Promise(done => setTimeout(done, 1))
          const answers = Array.from({ length: each }, () => api('/api/orders'))
          return (await Promise.all(answers)).map(answer => answer.status)
        },
        [at, each] as const,
      ),
    ),
  )
  return statuses.flat()
}

export function storedKeys(tab: Tab): Promise<string[]> {
  return tab.evaluate(() => Object.keys(localStorage).sort())
}
