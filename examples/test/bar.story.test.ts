import { openProfile } from '@tabkeeper/testing/browser'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { type App, apps, type Bar, openBar, signIn, untilStatus } from './open-bar.ts'

const ACCESS_TOKEN_KEYS: Record<App, string> = {
  admin: 'admin_token',
  customer: 'access_token',
  bartender: 'bartender_token',
}

interface Story {
  readonly bar: Bar
  readonly pages: Record<App, Page>
  /** Lets time pass for all pages at once; the server's clock goes on as it does. */
  pass(ms: number): Promise<void>
}

async function openStory(env: NodeJS.ProcessEnv): Promise<Story> {
  const bar = await openBar(env)
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const profile = await openProfile()
  onTestFinished(() => profile[Symbol.asyncDispose]())
  await profile.context.clock.install()
  const open = async (app: App) => {
    const page = await profile.context.newPage()
    await signIn(page, bar, app)
    return page
  }
  const [admin, customer, bartender] = [
    await open('admin'),
    await open('customer'),
    await open('bartender'),
  ]
  return {
    bar,
    pages: { admin, customer, bartender },
    pass: ms => profile.context.clock.fastForward(ms),
  }
}

/**
 * Uses each app once as a person does, in the tab at the front, and waits for what the person would see.
 * Behind it, Chromium draws one frame in a second.
 */
async function useAll({ admin, customer, bartender }: Record<App, Page>): Promise<void> {
  await customer.bringToFront()
  await customer.getByRole('button', { name: /^Add/ }).first().click()
  await customer.getByRole('button', { name: /order/i }).last().click()
  await bartender.bringToFront()
  await bartender.getByRole('button', { name: /made/i }).first().click()
  await bartender.getByText('Nothing to make').waitFor()
  await admin.bringToFront()
  await admin.reload()
  await admin.getByRole('link', { name: 'Sessions' }).click()
  await admin.getByText('This session').waitFor()
}

it('three apps of one profile go on working over ten expiries, and one signs out alone', async () => {
  const lifetime = 6
  const { pages, pass } = await openStory({ ACCESS_TOKEN_TTL: String(lifetime) })
  const refusals: string[] = []
  const tokens: Record<App, Set<string | null>> = {
    admin: new Set(),
    customer: new Set(),
    bartender: new Set(),
  }
  for (const page of Object.values(pages)) {
    page.on('response', answer => {
      if (answer.status() >= 400)
        refusals.push(`${answer.status()} ${new URL(answer.url()).pathname}`)
    })
  }

  expect(await pages.admin.evaluate(() => Object.keys(localStorage).sort())).toEqual([
    'access_token',
    'admin_refresh_token',
    'admin_token',
    'admin_user',
    'bartender',
    'bartender_refresh_token',
    'bartender_token',
    'refresh_token',
    'tabkeeper:admin',
    'tabkeeper:bartender',
    'tabkeeper:customer',
    'user',
  ])
  expect(await pages.admin.evaluate(() => new Set(Object.values(localStorage)).size)).toBe(12)

  // Ten expiries are eleven tokens.
  while (apps.some(app => tokens[app].size < 11)) {
    await pass(lifetime * 1000)
    await useAll(pages)
    for (const app of apps) {
      const key = ACCESS_TOKEN_KEYS[app]
      tokens[app].add(await pages[app].evaluate(key => localStorage.getItem(key), key))
      expect(
        await pages[app].getByTestId('session-state').getAttribute('data-session-status'),
      ).toBe('authenticated')
    }
  }
  expect(refusals).toEqual([])

  await pages.customer.getByRole('button', { name: 'Sign out' }).click()
  await untilStatus(pages.customer, 'unauthenticated')
  await pages.admin.reload()
  await untilStatus(pages.admin, 'authenticated')
  await pages.bartender.reload()
  await untilStatus(pages.bartender, 'authenticated')
  expect(refusals).toEqual([])
}, 240_000)

it('a server that is killed in the middle of use and started again finds everybody signed in', async () => {
  const { bar, pages } = await openStory({ ACCESS_TOKEN_TTL: '6' })
  await useAll(pages)

  await bar.crashAndRestart()

  for (const page of Object.values(pages)) await page.reload()
  for (const page of Object.values(pages)) await untilStatus(page, 'authenticated')
  await useAll(pages)
})
