import {
  bundlePage,
  type Engine,
  isInstalled,
  openBrowser,
  serveBar,
  type Tab,
} from '@tabkeeper/testing/browser'
import { describe, expect, it, onTestFinished } from 'vitest'

/** The page of the devtools' stories in the place of the usual one, and what its policy had to forbid. */
async function script(): Promise<string> {
  const page = await bundlePage(new URL('devtools.page.ts', import.meta.url))
  return `var violations = []
document.addEventListener('securitypolicyviolation', ({ effectiveDirective, sourceFile }) =>
  violations.push(effectiveDirective + ' ' + sourceFile))
${page}`
}

function shows(tab: Tab, text: string): Promise<void> {
  return tab.waitFor(
    text =>
      document.querySelector('tabkeeper-devtools')?.shadowRoot?.textContent?.includes(text) ??
      false,
    text,
  )
}

function press(tab: Tab, text: string): Promise<void> {
  return tab.evaluate(text => {
    const root = document.querySelector('tabkeeper-devtools')?.shadowRoot
    const buttons = [...(root?.querySelectorAll('button') ?? [])]
    buttons.find(each => each.textContent === text)?.click()
  }, text)
}

describe.each<Engine>(['chromium', 'firefox', 'webkit'])('in %s', engine => {
  it.skipIf(!isInstalled(engine))(
    'two tabs see each other, under a strict policy that has nothing to forbid',
    async () => {
      const bar = await serveBar()
      onTestFinished(() => bar[Symbol.asyncDispose]())
      bar.scripts.set('/page.js', await script())
      const browser = await openBrowser(engine)
      onTestFinished(() => browser[Symbol.asyncDispose]())
      const openTab = async () => {
        const tab = await browser.openTab(`${bar.origin}/strict`)
        await tab.evaluate(() => {
          globalThis.session = tools.createSession({ app: 'admin', authUrl: '/api/auth' })
          tools.devtools(session)
        })
        return tab
      }
      const one = await openTab()
      const { email, password } = bar.account
      await one.evaluate(account => session.login(account).then(() => {}), { email, password })
      const two = await openTab()

      await press(one, 'Tabkeeper')
      await shows(one, 'tab 1 (this one): signed in')
      await shows(one, 'tab 2: signed in')
      await press(one, 'Refresh')
      await shows(one, 'took up another tab’s token')
      await press(two, 'Tabkeeper')
      await press(two, 'Sign out')
      await shows(
        one,
        'Somebody signed out with the button of the devtools in tab 2. Tab 1 followed',
      )

      const place = () =>
        getComputedStyle(document.querySelector('tabkeeper-devtools') as Element).position
      expect(await one.evaluate(place)).toBe('fixed')
      expect(await one.evaluate(() => violations)).toEqual([])
    },
  )
})
