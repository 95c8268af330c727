import type { Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { openProfile } from './chromium.ts'
import { type ServedBar, serveBar } from './serve-bar.ts'

/** A page of Chromium in front of the real server, with all that Playwright can do. */
export interface OpenPage {
  readonly bar: ServedBar
  readonly page: Page
  /** So much time that every access token is over passes for the server and in the page. */
  sleep(): Promise<void>
  /** The paths of the requests to `/api/orders`, in the order in which the browser was given them. */
  readonly given: string[]
}

const ACCESS_TOKEN_TTL = 10 * 60_000

/** Opens an {@link OpenPage} for one test; it ends with it. */
export async function openPage(): Promise<OpenPage> {
  const bar = await serveBar({ accessTokenTtl: ACCESS_TOKEN_TTL })
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const profile = await openProfile()
  onTestFinished(() => profile[Symbol.asyncDispose]())
  const page = await profile.context.newPage()
  const given: string[] = []
  page.on('request', request => {
    const { pathname, search } = new URL(request.url())
    if (pathname === '/api/orders') given.push(pathname + search)
  })
  await page.goto(bar.origin)
  return {
    bar,
    page,
    given,
    async sleep() {
      bar.clockOffset += ACCESS_TOKEN_TTL + 60_000
      await page.evaluate(offset => {
        clockOffset = offset
      }, bar.clockOffset)
    },
  }
}
