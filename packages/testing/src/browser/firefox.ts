import puppeteer from 'puppeteer-core'
import { createTab, type TabBrowser } from './tab.ts'

/** Opens the Firefox that `FIREFOX_PATH` names with a new profile, over WebDriver BiDi. */
export async function openFirefox(): Promise<TabBrowser> {
  const executablePath = process.env.FIREFOX_PATH
  if (executablePath === undefined) throw new Error('FIREFOX_PATH is not set.')
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true })
  return {
    async openTab(url) {
      const page = await browser.newPage()
      await page.goto(url)
      return createTab({
        run: expression => page.evaluate(expression),
        reload: () => page.reload(),
        close: () => page.close(),
      })
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
