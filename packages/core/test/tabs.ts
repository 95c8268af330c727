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
}

/** A real server and a real Chromium profile for one test; both end with it. */
export async function openStory(options: Partial<AuthServerOptions> = {}): Promise<TabStory> {
  const bar = await serveBar(options)
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const profile = await openProfile()
  onTestFinished(() => profile[Symbol.asyncDispose]())
  return {
    bar,
    async openTab(app = 'admin') {
      const page = await profile.context.newPage()
      await page.goto(bar.origin)
      await wake(page, app)
      return page
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

/** Waits until the access token that this tab knows of has reached its end. */
export async function untilOver(page: Page): Promise<void> {
  await page.evaluate(() => {
    const state = session.getState()
    const expiresAt = state.status === 'authenticated' ? (state.expiresAt ?? 0) : 0
    return new Promise<void>(done => {
      setTimeout(done, Math.max(0, expiresAt - Date.now()))
    })
  })
}

/** Fires requests in all tabs at the same moment of their common clock; gives the statuses that came back. */
export async function fireTogether(pages: readonly Page[], each: number): Promise<number[]> {
  const at = Date.now() + 150
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
