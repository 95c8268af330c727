import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Keeps every answer of the API, or to some of its paths, until it is released. */
export async function holdAnswers(context: BrowserContext, paths = '**/api/**') {
  let held = 0
  let release = () => {}
  const released = new Promise<void>(done => {
    release = done
  })
  await context.route(paths, async route => {
    held++
    await released
    // A page that was loaded again waits for nothing any more.
    await route.continue().catch(() => {})
  })
  return {
    get held() {
      return held
    },
    release: () => release(),
  }
}

/** Expects that nothing on the page has moved by itself since it was loaded. */
export async function expectStill(page: Page): Promise<void> {
  const moved = await page.evaluate(
    () =>
      new Promise<string[]>(done => {
        new PerformanceObserver(list => done(list.getEntries().flatMap(describe))).observe({
          type: 'layout-shift',
          buffered: true,
        })
        // Where nothing has moved there is no entry, and no call.
        requestAnimationFrame(() => setTimeout(() => done([]), 50))
        function describe(entry: PerformanceEntry): string[] {
          const { hadRecentInput, value, sources } = entry as LayoutShift
          if (hadRecentInput) return []
          const what = sources.map(({ node, previousRect: from, currentRect: to }) => {
            const element = node instanceof Element ? node.outerHTML.slice(0, 80) : '?'
            return `${element} from ${from.x},${from.y} to ${to.x},${to.y}`
          })
          return [`${value.toFixed(4)}: ${what.join(', ')}`]
        }
      }),
  )
  expect(moved).toEqual([])
}

/** As the Layout Instability API has it; TypeScript does not. */
interface LayoutShift extends PerformanceEntry {
  readonly hadRecentInput: boolean
  readonly value: number
  readonly sources: readonly {
    readonly node: Node | null
    readonly previousRect: DOMRectReadOnly
    readonly currentRect: DOMRectReadOnly
  }[]
}

/** A phone's network on a train: bytes take their time, and so does each question. */
export async function slowDown(page: Page): Promise<void> {
  const link = await page.context().newCDPSession(page)
  await link.send('Network.enable')
  const [downloadThroughput, uploadThroughput] = [1.6e6 / 8, 0.75e6 / 8]
  const speed = { latency: 150, downloadThroughput, uploadThroughput }
  await link.send('Network.emulateNetworkConditions', { offline: false, ...speed })
}

/** Resolves when something of the page was painted, and tells after how many milliseconds. */
export async function firstPaint(page: Page): Promise<number> {
  const handle = await page.waitForFunction(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
  )
  return Math.round((await handle.jsonValue()) ?? Number.NaN)
}

/** Resolves when nothing says any more that it is being loaded, and the letters and the pictures in sight are there. */
export async function untilLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isInSight = (one: Element) => {
      const { top, bottom, width } = one.getBoundingClientRect()
      return width > 0 && bottom > 0 && top < innerHeight
    }
    const isLoading = [...document.querySelectorAll('.skeleton')].some(isInSight)
    const pictures = [...document.images].filter(isInSight)
    const letters = document.fonts.status === 'loaded'
    return !isLoading && letters && pictures.every(({ complete }) => complete)
  })
  await page.evaluate(() => new Promise(requestAnimationFrame))
}
