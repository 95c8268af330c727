import type { AuthServerOptions } from '@tabkeeper/server'
import { openProfile, type ServedBar, serveBar } from '@tabkeeper/testing/browser'
import type { Page } from 'playwright-core'
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
  openTab(app?: string): Promise<Page>
  /** So much time that every access token is over passes for the server and in all tabs: what a laptop does that slept. */
  sleep(): Promise<void>
}

/** Shorter than any session lives idle. */
const ACCESS_TOKEN_TTL = 10 * 60_000
const NAP = ACCESS_TOKEN_TTL + 60_000

/** A real server and a real Chromium profile for one test; both end with it. On any host but `localhost` the pages are plain http. */
export async function openStory(
  options: Partial<AuthServerOptions> = {},
  host = 'localhost',
): Promise<TabStory> {
  const bar = await serveBar({ accessTokenTtl: ACCESS_TOKEN_TTL, ...options })
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const profile = await openProfile([`--host-resolver-rules=MAP ${host} 127.0.0.1`])
  onTestFinished(() => profile[Symbol.asyncDispose]())
  const pages: Page[] = []
  return {
    bar,
    async openTab(app = 'admin') {
      const page = await profile.context.newPage()
      pages.push(page)
      // `Date` is what the system clock believes where `performance` has stood still. The name of a
      // window outlives a reload.
      await page.addInitScript(offset => {
        const now = Date.now
        window.name ||= String(offset)
        Date.now = () => now() + Number(window.name)
      }, bar.clockOffset)
      await page.goto(bar.origin.replace('localhost', host))
      await wake(page, app)
      return page
    },
    async sleep() {
      bar.clockOffset += NAP
      for (const page of pages)
        await page.evaluate(offset => {
          window.name = String(offset)
        }, bar.clockOffset)
    },
  }
}

/** Makes the session of a page that was just loaded. */
export async function wake(page: Page, app = 'admin'): Promise<void> {
  await page.evaluate(app => {
    globalThis.session = tabkeeper.createSession({ app, authUrl: '/api/auth' })
    globalThis.api = tabkeeper.withAutoRefresh(fetch, session)
    globalThis.endings = []
    session.on('signed-out', ({ reason }) => endings.push(reason))
  }, app)
}

export async function signIn(page: Page, { account }: ServedBar): Promise<void> {
  await page.evaluate(account => session.login(account).then(() => {}), account)
}

export async function untilStatus(page: Page, status: string): Promise<void> {
  await page.waitForFunction(status => session.getState().status === status, status)
}

/** Fires requests in all tabs at the same moment of their common clock; gives the statuses that came back. */
export async function fireTogether(
  { bar }: TabStory,
  pages: readonly Page[],
  each: number,
): Promise<number[]> {
  const at = Date.now() + bar.clockOffset + 150
  const statuses = await Promise.all(
    pages.map(page =>
      page.evaluate(
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

export function storedKeys(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(localStorage).sort())
}
