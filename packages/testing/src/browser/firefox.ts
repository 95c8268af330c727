import puppeteer from 'puppeteer-core'
import { PLAIN_HOST } from './plain-host.ts'
import { createTab, type ShownTab, type TabBrowser } from './tab.ts'

/** Opens the Firefox that `FIREFOX_PATH` names with a new profile, over WebDriver BiDi. */
export async function openFirefox(): Promise<TabBrowser<ShownTab>> {
  const executablePath = process.env.FIREFOX_PATH
  if (executablePath === undefined) throw new Error('FIREFOX_PATH is not set.')
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: {
      'network.dns.localDomains': PLAIN_HOST,
      // As Firefox is shipped: Puppeteer turns off both the cache of pages and the walls between sites.
      'fission.bfcacheInParent': true,
      'network.cookie.cookieBehavior': 5,
    },
  })
  return {
    async openTab(url) {
      const page = await browser.newPage()
      await page.goto(url)
      const tab = createTab({
        run: expression => page.evaluate(expression),
        goto: url => page.goto(url),
        // Puppeteer's own step back waits for a load that never comes out of the cache.
        back: () => page.evaluate('history.back()'),
        reload: () => page.reload(),
        close: () => page.close(),
      })
      return { ...tab, show: () => page.bringToFront() }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
