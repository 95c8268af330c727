import { openProfile, type Profile, type ServedBar, serveBar } from '@tabkeeper/testing/browser'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '../src/index.ts'

// What the stories' page has; see `@tabkeeper/testing/browser`.
declare global {
  var session: Session
  var api: typeof fetch
  var tabkeeper: typeof import('@tabkeeper/testing/browser').tabkeeper
}

let bar: ServedBar
let profile: Profile

// One second, so that a token is over without waiting long; no grace, so that a mistake is a logout.
const STRICT = { accessTokenTtl: 1_000, grace: 0 }

beforeEach(async () => {
  bar = await serveBar(STRICT)
  profile = await openProfile()
})

afterEach(async () => {
  await profile[Symbol.asyncDispose]()
  await bar[Symbol.asyncDispose]()
})

async function openTab(app = 'admin'): Promise<Page> {
  const page = await profile.context.newPage()
  await page.goto(bar.origin)
  await page.evaluate(app => {
    globalThis.session = tabkeeper.createSession({ app, authUrl: '/api/auth' })
    globalThis.api = tabkeeper.withAutoRefresh(fetch, session)
    session.getState()
  }, app)
  return page
}

const signIn = (page: Page) =>
  page.evaluate(account => session.login(account).then(() => {}), bar.account)

const statusOf = (page: Page) => page.evaluate(() => session.getState())

/** Fires requests in all tabs at the same moment of their common clock; the statuses that came back. */
async function fireTogether(pages: readonly Page[], each: number): Promise<number[]> {
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

const untilOver = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>(done => {
        const state = session.getState()
        const expiresAt = state.status === 'authenticated' ? (state.expiresAt ?? 0) : 0
        setTimeout(done, Math.max(0, expiresAt - Date.now()))
      }),
  )

describe('two tabs whose token is over', () => {
  it('fire 20 requests each and cost one refresh, ten rounds in a row', async () => {
    const pages = [await openTab(), await openTab()] as const
    await signIn(pages[0])
    await pages[1].waitForFunction(() => session.getState().status === 'authenticated')

    for (let round = 1; round <= 10; round++) {
      await untilOver(pages[0])
      const statuses = await fireTogether(pages, 20)
      expect(statuses).toEqual(Array(40).fill(200))
      expect(bar.counts.refreshes).toBe(round)
    }
    expect(bar.counts.refused).toBe(0)
  })
})
