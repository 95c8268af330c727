import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Session } from '@tabkeeper/core'
import { bundlePage, openProfile, type ServedBar, serveBar } from '@tabkeeper/testing/browser'
import type { AxeResults } from 'axe-core'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { explain } from '../src/explain/index.ts'

declare global {
  var session: Session
  var api: typeof fetch
  var tools: typeof import('./devtools.page.ts').tools
  var heard: string[]
  var axe: { run(): Promise<AxeResults> }
}

const pictures = fileURLToPath(new URL('../../../test-results/devtools/', import.meta.url))
mkdirSync(pictures, { recursive: true })

/** A strict policy holds in all pages: nothing but scripts of the site, no style in markup, no string that becomes markup. */
const PATH = '/strict'

async function openBar(): Promise<{ bar: ServedBar; context: BrowserContext }> {
  const bar = await serveBar({ accessTokenTtl: 600_000 })
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const profile = await openProfile()
  onTestFinished(() => profile[Symbol.asyncDispose]())
  const { context } = profile
  // As the browser's own tools do: the policy of a page is about its scripts.
  await context.addInitScript({
    content: await bundlePage(new URL('devtools.page.ts', import.meta.url)),
  })
  await context.addInitScript({
    path: createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  })
  return { bar, context }
}

/** Opens a tab of the admin app with the devtools, and keeps what is said on their channel. */
async function openTab(open: OpenBar): Promise<Page> {
  const page = await openApp(open)
  await page.evaluate(() => tools.devtools(session))
  return page
}

type OpenBar = Awaited<ReturnType<typeof openBar>>

async function openApp({ bar, context }: OpenBar): Promise<Page> {
  const page = await context.newPage()
  await page.setViewportSize({ width: 1180, height: 760 })
  // What moves has to be drawn again and again.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(bar.origin + PATH)
  await page.evaluate(() => {
    globalThis.heard = []
    new BroadcastChannel('tabkeeper-devtools').onmessage = ({ data }) => {
      heard.push(JSON.stringify(data))
    }
    globalThis.session = tools.createSession({ app: 'admin', authUrl: '/api/auth' })
    globalThis.api = tools.withAutoRefresh((...call) => fetch(...call), session)
    const title = Object.assign(document.createElement('h1'), { textContent: 'An app' })
    document.body.appendChild(document.createElement('main')).append(title)
  })
  return page
}

async function violations(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() => axe.run())
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)
}

it('shows what two tabs do, breaks it, explains it, and lets no token out', async () => {
  const open = await openBar()
  const one = await openTab(open)
  const tokens: string[] = []
  one.on('response', async response => {
    if (/\/(login|refresh)$/.test(response.url()))
      tokens.push(...Object.values(await response.json().catch(() => ({}))).filter(isToken))
  })
  await one.evaluate(account => session.login(account), open.bar.account)
  const two = await openTab(open)

  one.setDefaultTimeout(10_000)
  await one.bringToFront()
  await one.getByRole('button', { name: 'Tabkeeper devtools: admin signed in' }).click()
  const card = one.getByRole('article', { name: 'admin' })
  await card.getByText('tab 1 (this one): signed in · tab 2: signed in').waitFor()
  await one.screenshot({ path: `${pictures}open.png` })

  await card.getByRole('button', { name: 'Expire now' }).click()
  await card.getByText('Treated as over').waitFor()
  const answers = await one.evaluate(() =>
    Promise.all(Array.from({ length: 5 }, () => api('/api/orders').then(({ status }) => status))),
  )
  expect(answers).toEqual(Array(5).fill(200))
  expect(open.bar.counts.refreshes).toBe(1)
  const timeline = one.getByRole('application', { name: /^Timeline/ })
  const untilGranted = (count: number) =>
    expect.poll(() => timeline.locator('.granted').count(), { timeout: 10_000 }).toBe(count)
  await untilGranted(1)
  await expectText(one, 'tab 1 (this one) · admin')
  await expectText(one, 'tab 2 · admin')

  // A moment, and seen all the same.
  await timeline.locator('.adopted rect').first().waitFor()

  await one.getByRole('button', { name: 'Lose the next answer' }).click()
  await card.getByRole('button', { name: 'Refresh' }).click()
  await untilGranted(2)
  expect(open.bar.counts.refreshes).toBe(3)

  await one.getByRole('button', { name: 'Go offline' }).click()
  await card.getByRole('button', { name: 'Refresh' }).click()
  await one.getByText('admin: unreachable').waitFor()
  await one.getByText('signed in, backing off').first().waitFor()
  await one.getByText(/The server could not be reached for .*, as the devtools were told/).waitFor()
  await one.screenshot({ path: `${pictures}offline.png` })
  await one.getByRole('button', { name: 'Go offline' }).click()
  await card.getByRole('button', { name: 'Refresh' }).click()
  await untilGranted(3)

  await one.getByRole('button', { name: 'Break storage' }).click()
  await card.getByRole('button', { name: 'Refresh' }).click()
  await card.getByText('memory, until the page is left').waitFor()
  await one.getByRole('button', { name: 'Break storage' }).click()

  await timeline.locator('title', { hasText: 'storage-mended' }).waitFor({ state: 'attached' })
  await timeline.focus()
  await one.keyboard.press('End')
  await one.getByText(/tab 1 \(this one\) · admin: devtools: storage-mended\./).waitFor()
  // Which of the two tabs tells its part of it first is theirs to say.
  const ending = one.getByText('tab 2 · admin: signed out: storage-cleared.')
  let steps = 0
  while (!(await ending.isVisible()) && steps < 5) {
    await one.keyboard.press('ArrowLeft')
    steps++
  }
  expect(steps).toBeGreaterThan(0)
  await ending.waitFor()
  while (steps-- > 0) await one.keyboard.press('ArrowRight')
  await one.getByText(/tab 1 \(this one\) · admin: devtools: storage-mended\./).waitFor()
  await one.keyboard.press('ArrowUp')
  await one.emulateMedia({ colorScheme: 'dark' })
  await one.screenshot({ path: `${pictures}dark.png` })
  expect(await violations(one)).toEqual([])
  await one.emulateMedia({ colorScheme: 'light' })
  expect(await violations(one)).toEqual([])

  await card.getByRole('button', { name: 'Sign out' }).click()
  await one.getByText(/Somebody signed out with the button of the devtools in tab 1\./).waitFor()
  await one.getByRole('button', { name: 'Show all events' }).click()
  await one.getByText('All events as a list').click()
  await one.getByRole('listitem').filter({ hasText: 'signed out: logout' }).waitFor()
  await one.screenshot({ path: `${pictures}signed-out.png` })
  await one.setViewportSize({ width: 390, height: 800 })
  await one.screenshot({ path: `${pictures}phone.png` })

  const [download] = await Promise.all([
    one.waitForEvent('download'),
    one.getByRole('button', { name: 'Export' }).click(),
  ])
  const exported = await readFile(await download.path(), 'utf8')
  expect(explain(exported).map(({ is }) => is)).toEqual(
    expect.arrayContaining(['unreachable', 'storage', 'signed-out']),
  )
  const seen = [
    exported,
    await two.evaluate(() => heard.join()),
    await shownIn(one),
    await shownIn(two),
  ]
  expect(tokens.length).toBeGreaterThanOrEqual(8)
  for (const text of seen) {
    expect(text.length).toBeGreaterThan(1_000)
    for (const token of tokens) expect(text).not.toContain(token)
  }

  await one.keyboard.press('Escape')
  await expect.poll(() => focused(one)).toContain('Tabkeeper devtools: admin signed out: logout')
  expect(await one.evaluate(() => violations)).toEqual([])
  await one.screenshot({ path: `${pictures}closed.png` })

  const [third] = await Promise.all([
    open.context.waitForEvent('page'),
    (async () => {
      await one.keyboard.press('Enter')
      await one.getByRole('button', { name: 'Open a second tab' }).click()
    })(),
  ])
  expect(third.url()).toBe(open.bar.origin + PATH)
})

it('inline: is a part of the page, of its width, and open whatever is pressed', async () => {
  const open = await openBar()
  const page = await openApp(open)
  page.setDefaultTimeout(10_000)
  await page.evaluate(account => session.login(account), open.bar.account)
  await page.evaluate(() => {
    tools.defineDevtools()
    const element = document.createElement('tabkeeper-devtools')
    element.setAttribute('inline', '')
    element.sessions = [session]
    const after = Object.assign(document.createElement('p'), { textContent: 'What comes after it' })
    document.querySelector('main')?.append(element, after)
  })
  const panel = page.getByRole('region', { name: 'Tabkeeper devtools' })
  await panel.getByText('signed in').first().waitFor()
  expect(await page.getByRole('button', { name: 'Close' }).count()).toBe(0)
  expect(await page.getByRole('button', { name: /^Tabkeeper devtools/ }).count()).toBe(0)

  const boxOf = async (one: Locator) => {
    const box = await one.boundingBox()
    if (box === null) throw new Error('It is not drawn.')
    return { ...box, end: box.y + box.height }
  }
  const [title, inline, after, main] = [
    page.getByRole('heading', { name: 'An app' }),
    page.locator('tabkeeper-devtools'),
    page.getByText('What comes after it'),
    page.locator('main'),
  ]
  expect((await boxOf(inline)).y).toBeGreaterThanOrEqual((await boxOf(title)).end)
  expect((await boxOf(after)).y).toBeGreaterThanOrEqual((await boxOf(inline)).end)
  for (const one of [inline, panel]) {
    const { x, width } = await boxOf(one)
    expect({ x, width }).toEqual(pick(await boxOf(main)))
  }

  await page.getByRole('button', { name: 'Go offline' }).focus()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Go offline' }).click()
  await panel.getByRole('button', { name: 'Refresh' }).click()
  await panel.getByText('admin: unreachable').waitFor()
  await page.getByRole('button', { name: 'Go offline' }).click()
  await page.screenshot({ path: `${pictures}inline.png`, fullPage: true })
  expect(await violations(page)).toEqual([])
  await page.setViewportSize({ width: 390, height: 800 })
  await page.screenshot({ path: `${pictures}inline-phone.png`, fullPage: true })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  expect(await page.evaluate(() => violations)).toEqual([])

  // Where the attribute comes and goes later, the element goes with it.
  const toggle = page.getByRole('button', { name: 'Tabkeeper devtools: admin signed in' })
  await inline.evaluate(element => element.removeAttribute('inline'))
  await toggle.waitFor()
  await inline.evaluate(element => element.setAttribute('inline', ''))
  await panel.waitFor()
})

const pick = ({ x, width }: { x: number; width: number }) => ({ x, width })

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length > 20
}

async function expectText(page: Page, text: string): Promise<void> {
  await page.locator('text.lane', { hasText: text }).waitFor()
}

/** All that is in the page, the shadow included. */
function shownIn(page: Page): Promise<string> {
  return page.evaluate(() => {
    const root = document.querySelector('tabkeeper-devtools')?.shadowRoot
    return document.documentElement.outerHTML + root?.innerHTML
  })
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const inside = document.activeElement?.shadowRoot?.activeElement
    return inside?.getAttribute('aria-label') ?? ''
  })
}
