import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { untilStatus } from './open-bar.ts'
import { fillDoor, lookAt, setTheScene } from './story.ts'

const scene = setTheScene()
const minute = 60_000

/** What the keyboard is at, by its words. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent)

it('shows a menu with a picture of everything, and takes an order', async () => {
  const page = await (await scene.openDevice()).signIn('kim')
  await page.getByText('You have not ordered yet').waitFor()
  const dishes = page.locator('.dish')
  expect(await dishes.count()).toBe(13)
  const drawn = await dishes.locator('svg use').evaluateAll((uses: SVGUseElement[]) =>
    // What a drawing covers on the screen: nothing, where the file or the drawing is missing.
    uses.map(use => use.getBoundingClientRect().width),
  )
  expect(drawn).toHaveLength(13)
  expect(Math.min(...drawn)).toBeGreaterThan(40)

  await page.getByRole('button', { name: 'Add Espresso' }).click()
  await page.getByRole('button', { name: 'One Espresso less' }).press('Enter')
  expect(await focused(page)).toBe('Your order')
  await page.getByRole('button', { name: 'Add The Refresher' }).click()
  await page.getByRole('button', { name: 'One The Refresher more' }).click()
  await lookAt(page, 'table-order')
  await page.getByLabel('A word to the bar').fill('No straw')
  await page.getByRole('button', { name: 'Place order' }).click()
  await page.getByText('is with the bar').waitFor()
  expect(await focused(page)).toBe('Your order')
  const mine = page.getByRole('list', { name: 'Your orders' }).getByRole('listitem').first()
  await mine.getByText('2 × The Refresher').waitFor()
  await mine.getByText('Being made').waitFor()
})

it('says why it asks who is there, and who took over, when another tab has done something', async () => {
  const device = await scene.openDevice()
  const page = await device.signIn('kim')
  const other = await device.open('/customer/')
  await untilStatus(other, 'authenticated')

  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      if (!document.body.textContent?.includes('You signed out in another tab')) return
      document.body.dataset.told = String(Date.now())
      observer.disconnect()
    }).observe(document.body, { subtree: true, childList: true })
  })
  const clicked = await other.evaluate(() => {
    const button = [...document.querySelectorAll('button')].find(one =>
      one.textContent?.includes('Sign out'),
    )
    button?.click()
    return Date.now()
  })
  await page.getByText('You signed out in another tab').waitFor()
  const told = Number(await page.evaluate(() => document.body.dataset.told))
  console.log(`the other tab showed the sign-out after ${told - clicked} ms`)
  expect(told - clicked).toBeLessThan(1_000)
  await lookAt(page, 'table-door-elsewhere')

  await fillDoor(other, 'noor')
  await page.getByText('In another tab, Noor').waitFor()
  await lookAt(page, 'table-taken-over')
  expect(await other.getByText('In another tab').count()).toBe(0)
  await page.getByRole('button', { name: 'Understood' }).click()
  await page.getByText('In another tab, Noor').waitFor({ state: 'detached' })
  expect(await focused(page)).toBe('Menu')
})

it('goes on without a network and without a server, and says so', async () => {
  const device = await scene.openDevice()
  const page = await device.signIn('kim')
  await page.getByRole('button', { name: 'Add Oatmeal Stout' }).click()

  await device.context.setOffline(true)
  await page.getByText('nothing can be sent').waitFor()
  await page.getByRole('button', { name: 'Place order' }).click()
  await page.getByText('this one may have arrived').waitFor()
  await lookAt(page, 'table-offline')
  await device.context.setOffline(false)
  await page.getByText('nothing can be sent').waitFor({ state: 'detached' })

  scene.bar.clockOffset += 11 * minute
  await device.context.route('**/api/**', route => route.abort())
  await page.reload({ waitUntil: 'domcontentloaded' })
  await page.getByText('server does not answer').first().waitFor()
  await lookAt(page, 'table-no-answer')
  await untilStatus(page, 'authenticated')
  await device.context.unroute('**/api/**')
  await page.getByRole('button', { name: 'Try now' }).first().click()
  await page.getByRole('button', { name: 'Add Negroni' }).waitFor()
  expect(await focused(page)).toBe('Menu')
})

it('takes a wrong password for what it is, and opens a tab for somebody new', async () => {
  const page = await (await scene.openDevice()).open('/customer/')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('Enter your e-mail address').waitFor()
  await lookAt(page, 'table-door-missing')
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('Name').fill('Lou')
  await page.getByLabel('E-mail').fill('lou@bar.test')
  await page.getByLabel('Password').fill('12345678')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('among the first that are guessed').waitFor()
  await lookAt(page, 'table-door-new')
  await page.getByLabel('Password').fill('an evening without rain')
  await page.getByRole('button', { name: 'Create account' }).click()
  await untilStatus(page, 'authenticated')
})
