/** A page of Playwright, whichever of its packages it is from. */
export interface TabPage {
  goto(url: string): Promise<unknown>
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result,
    argument: Argument,
  ): Promise<Awaited<Result>>
  reload(): Promise<unknown>
}

/** What a request says of itself. */
export interface SentRequest {
  method(): string
  url(): string
}

/** A browser context of Playwright: one profile, whose pages share storage, locks and cookies. */
export interface TabContext<Page extends TabPage> {
  newPage(): Promise<Page>
  on(event: 'request', listener: (request: SentRequest) => void): unknown
  off(event: 'request', listener: (request: SentRequest) => void): unknown
}

/** How many refreshes the pages of one profile have sent. */
export interface RefreshCount {
  readonly counts: { readonly refreshes: number }
  stop(): void
}

/**
 * Opens `url` in so many tabs of one profile, one after the other; returns their pages.
 *
 * @example
 * ```ts
 * import { chromium } from 'playwright-core'
 *
 * const browser = await chromium.launch()
 * const context = await browser.newContext()
 * const count = countRefreshes(context)
 * const [first, second] = await openTabs(context, 'http://localhost:5173', 2)
 * ```
 */
export async function openTabs<Page extends TabPage>(
  context: TabContext<Page>,
  url: string,
  tabs: number,
): Promise<Page[]> {
  const pages: Page[] = []
  for (let i = 0; i < tabs; i++) {
    const page = await context.newPage()
    await page.goto(url)
    pages.push(page)
  }
  return pages
}

/**
 * Counts the refreshes of all pages of a profile from now on: `POST`s to a path that ends with `path`.
 * @param path default `'/refresh'`
 */
export function countRefreshes<Page extends TabPage>(
  context: TabContext<Page>,
  path = '/refresh',
): RefreshCount {
  const counts = { refreshes: 0 }
  const listener = (request: SentRequest) => {
    if (request.method() === 'POST' && new URL(request.url()).pathname.endsWith(path))
      counts.refreshes++
  }
  context.on('request', listener)
  return {
    counts,
    stop: () => void context.off('request', listener),
  }
}

/**
 * Makes the access token of an app over, in all tabs, as time would: what is stored says that it was
 * received a day before, and the pages are loaded anew. For sessions in `localStorage`.
 * @throws Error where the app has no session in storage
 */
export async function expireTokens(pages: readonly TabPage[], app: string): Promise<void> {
  const [first] = pages
  if (first === undefined)
    throw new Error('expireTokens: give the pages of one profile, one at least.')
  const isThere = await first.evaluate(key => {
    const record = JSON.parse(localStorage.getItem(key) ?? 'null')
    if (record?.is !== 'live') return false
    localStorage.setItem(
      key,
      JSON.stringify({ ...record, receivedAt: record.receivedAt - 86_400_000 }),
    )
    return true
  }, `tabkeeper:${app}`)
  if (!isThere) throw new Error(`expireTokens: nobody is signed in to "${app}" in this profile.`)
  await Promise.all(pages.map(page => page.reload()))
}
