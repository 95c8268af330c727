import { isInstalled, openBrowser, type Tab, type TabBrowser } from '@tabkeeper/testing/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, apps } from './open-bar.ts'
import {
  type BarHere,
  buildPages,
  buildTime,
  openBarHere,
  password,
  people,
} from './open-bar-here.ts'

const minute = 60_000
const trades = { admin: people.robin, customer: people.kim, bartender: people.sam }

// What Chromium is told in the other stories, by Playwright; these two it cannot drive here.
for (const engine of ['firefox', 'webkit'] as const) {
  describe.skipIf(!isInstalled(engine))(`in ${engine}`, () => {
    let browser: TabBrowser
    let bar: BarHere
    beforeAll(async () => {
      buildPages()
      bar = await openBarHere()
      browser = await openBrowser(engine)
    }, buildTime)
    afterAll(async () => {
      await browser?.[Symbol.asyncDispose]()
      await bar?.[Symbol.asyncDispose]()
    })

    it.each(apps)('%s: signs in, refreshes, follows its other tab, and signs out', async app => {
      const one = await browser.openTab(`${bar.origin}/${app}/`)
      await enter(one, app)
      const two = await browser.openTab(`${bar.origin}/${app}/`)
      await untilStatus(two, 'authenticated')
      await two.waitFor(() => document.querySelector('h1') !== null)

      // The tokens of both tabs are over for the server, and neither knows.
      bar.clockOffset += 11 * minute
      const before = await token(one, app)
      await one.reload()
      await one.waitFor(() => document.querySelector('.skeleton') === null)
      await expect.poll(() => token(one, app)).not.toBe(before)
      await untilStatus(two, 'authenticated')
      expect(await token(two, app)).toBe(await token(one, app))

      await click(one, 'Sign out')
      await untilStatus(one, 'unauthenticated')
      await untilStatus(two, 'unauthenticated')
      await two.waitFor(
        () => document.body.textContent?.includes('You signed out in another tab') === true,
      )
      await one.waitFor(() => document.body.textContent?.includes('You signed out.') === true)
      for (const tab of [one, two]) await tab.close()
    })
  })
}

/** Signs in by the form, as a person's keyboard fills it. */
async function enter(tab: Tab, app: App): Promise<void> {
  await tab.waitFor(() => document.querySelector('input[type=password]') !== null)
  await tab.evaluate(
    ([email, password]) => {
      const type = (field: HTMLInputElement | null, text: string) => {
        field?.focus()
        document.execCommand('insertText', false, text)
      }
      type(document.querySelector('input[name=email]'), email)
      type(document.querySelector('input[name=password]'), password)
    },
    [trades[app].email, password] as const,
  )
  await click(tab, 'Sign in')
  await untilStatus(tab, 'authenticated')
}

async function click(tab: Tab, name: string): Promise<void> {
  await tab.evaluate(name => {
    const button = [...document.querySelectorAll('button')].find(
      ({ textContent }) => textContent?.trim() === name,
    )
    if (!button) throw new Error(`There is no button "${name}".`)
    button.click()
  }, name)
}

const untilStatus = (tab: Tab, status: string): Promise<void> =>
  tab.waitFor(
    status => document.querySelector(`[data-session-status="${status}"]`) !== null,
    status,
  )

function token(tab: Tab, app: App): Promise<string | null> {
  const key = { admin: 'admin_token', customer: 'access_token', bartender: 'bartender_token' }[app]
  return tab.evaluate(key => localStorage.getItem(key), key)
}
