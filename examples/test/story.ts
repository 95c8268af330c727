import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { chromiumProgram } from '../../packages/testing/src/browser/chromium.ts'
import { untilStatus } from './open-bar.ts'
import {
  type BarHere,
  buildPages,
  buildTime,
  openBarHere,
  password,
  people,
  type Who,
} from './open-bar-here.ts'

/** One bar and one browser for the stories of a file. */
export interface Setting {
  readonly bar: BarHere
  /** Opens a browser profile of its own for one story: a device. */
  openDevice(): Promise<Device>
}

/** A device at the bar; its pages are tabs. */
export interface Device {
  readonly context: BrowserContext
  /** Opens an app at its sign-in page, or where its session takes it. */
  open(path: string): Promise<Page>
  /** Opens the app of somebody's trade and signs them in, as a person does. */
  signIn(who: Who): Promise<Page>
}

/** Builds the pages, opens a bar and a browser, and ends both with the file. */
export function setTheScene(): Setting {
  let bar: BarHere | undefined
  let browser: Browser | undefined
  beforeAll(async () => {
    buildPages()
    bar = await openBarHere()
    const { path, env, args } = chromiumProgram()
    browser = await chromium.launch({ executablePath: path, env: toStrings(env), args })
  }, buildTime)
  afterAll(async () => {
    await browser?.close()
    await bar?.[Symbol.asyncDispose]()
  })

  const there = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('The scene is set in tests only.')
    return thing
  }
  return {
    get bar() {
      return there(bar)
    },
    async openDevice() {
      const context = await there(browser).newContext({ viewport: { width: 1280, height: 800 } })
      onTestFinished(() => context.close())
      context.setDefaultTimeout(30_000)
      const thrown: Error[] = []
      onTestFinished(() => expect(thrown, 'what pages threw').toEqual([]))
      const open = async (path: string) => {
        const page = await context.newPage()
        page.on('pageerror', error => thrown.push(error))
        await page.goto(there(bar).origin + path)
        return page
      }
      return {
        context,
        open,
        async signIn(who) {
          const page = await open(`/${people[who].role}/`)
          await fillDoor(page, who)
          return page
        },
      }
    },
  }
}

/** Signs somebody in at the door that the page shows. */
export async function fillDoor(page: Page, who: Who): Promise<void> {
  await page.getByLabel('E-mail').fill(people[who].email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await untilStatus(page, 'authenticated')
}

const screens = fileURLToPath(new URL('../../test-results/screens/', import.meta.url))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The narrowest screen, in pixels: a phone's, or a desktop's at 400 %. */
const narrowest = 320

/** The sizes and the schemes in which a page has to be good to look at, and to use. */
const looks = {
  desktop: ['light', { width: 1280, height: 800 }],
  tablet: ['light', { width: 834, height: 1112 }],
  phone: ['dark', { width: 390, height: 844 }],
} as const

/**
 * Looks at a page in its present state, in light and in dark: keeps a picture of each look under
 * `test-results/screens`, and expects that nothing keeps anybody from using it, and that nothing is
 * wider than the screen, not even on the narrowest.
 */
export async function lookAt(
  page: Page,
  name: string,
  sizes: readonly (keyof typeof looks)[] = ['desktop', 'phone'],
): Promise<void> {
  mkdirSync(screens, { recursive: true })
  // Behind another tab, Chromium draws a frame in a second, and a picture takes three.
  await page.bringToFront()
  const found: string[] = []
  for (const size of sizes) {
    const [colorScheme, viewport] = looks[size]
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(() => scrollTo(0, 0))
    await page.screenshot({ path: `${screens}${name}-${size}.png` })
    found.push(...(await findExcess(page, size)))
    for (const barrier of await findBarriers(page)) found.push(`${size}: ${barrier}`)
  }
  await page.setViewportSize({ width: narrowest, height: 640 })
  found.push(...(await findExcess(page, `${narrowest} pixels`)))
  expect(found, name).toEqual([])
  await page.setViewportSize(looks.desktop[1])
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null })
}

/** How much wider the page is than the screen, if it is. */
async function findExcess(page: Page, size: string): Promise<string[]> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  return excess > 0 ? [`${size}: ${excess} pixels too wide`] : []
}

/** What axe finds: each rule that is broken, and where. */
async function findBarriers(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as AxeWindow).axe.run()
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    )
  })
}

interface AxeWindow {
  readonly axe: typeof import('axe-core')
}

function toStrings(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
