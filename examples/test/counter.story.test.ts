import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { BarTables } from '../bar-api/src/tables.ts'
import { untilStatus } from './open-bar.ts'
import { fillDoor, lookAt, setTheScene } from './story.ts'

const scene = setTheScene()
const minute = 60_000
const tablet = ['tablet', 'phone'] as const

/** Orders one drink as a guest does; returns the number of the order. */
async function order(guest: Page, drink: string): Promise<string> {
  await guest.getByRole('button', { name: `Add ${drink}` }).click()
  await guest.getByRole('button', { name: 'Place order' }).click()
  const placed = await guest.getByText(/Order \d+ is with the bar/).textContent()
  return /\d+/.exec(placed ?? '')?.[0] ?? ''
}

const ticket = (page: Page, number: string) =>
  page.getByRole('listitem', { name: `Order ${number}` })

async function make(page: Page, number: string): Promise<void> {
  await page.getByRole('button', { name: `Mark order ${number} as made` }).click()
}

async function setPinAndLock(page: Page, pin: string): Promise<void> {
  await page.getByRole('button', { name: 'Lock' }).click()
  await page.getByLabel('PIN, 4 digits').fill(pin)
  await page.getByRole('button', { name: 'Set PIN and lock' }).click()
  await page.getByText('Who is at the counter?').waitFor()
}

async function unlock(page: Page, name: string, pin: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click()
}

/** Who made an order, as the bar wrote it down. */
async function madeBy(number: string): Promise<string | null> {
  const row = await scene.bar.database.kysely
    .withTables<BarTables>()
    .selectFrom('bar_orders')
    .innerJoin('users', 'users.id', 'made_by')
    .where('number', '=', Number(number))
    .select('users.name')
    .executeTakeFirst()
  return row?.name ?? null
}

it('shows an order as it is placed, and tells the guest as it is made, without asking by the clock', async () => {
  const counter = await (await scene.openDevice()).signIn('sam')
  const guest = await (await scene.openDevice()).signIn('kim')
  await counter.getByText('Nothing to make').waitFor()
  for (const page of [counter, guest]) await page.getByText('Live').waitFor()
  await lookAt(counter, 'counter-empty')
  const requests: string[] = []
  counter.on('request', request => requests.push(new URL(request.url()).pathname))

  const number = await order(guest, 'Negroni')
  const placed = performance.now()
  await ticket(counter, number).waitFor()
  const shown = performance.now()
  await make(counter, number)
  await guest
    .getByRole('listitem', { name: `Order ${number}` })
    .getByText('Ready')
    .waitFor()

  console.log(`at the counter ${Math.round(shown - placed)} ms after it was placed`)
  // One for the news of the order, one for that of its being made, and the making itself.
  expect(requests.filter(path => path.startsWith('/api/orders')).length).toBeLessThanOrEqual(4)
})

it('sends what one person has begun as theirs, whoever stands at the tablet by then', async () => {
  const guest = await (await scene.openDevice()).signIn('noor')
  const [first, second] = [await order(guest, 'Daiquiri'), await order(guest, 'Pilsner')]
  const device = await scene.openDevice()
  const page = await device.signIn('sam')
  await ticket(page, second).waitFor()
  await lookAt(page, 'counter-queue', tablet)

  // Sam's token is over, and the answer to the refresh stays away: what Sam does now has to wait.
  scene.bar.clockOffset += 11 * minute
  let release = () => {}
  const released = new Promise<void>(done => {
    release = done
  })
  await device.context.route('**/api/auth/refresh', async route => {
    await released
    await route.continue()
  })
  const asked = page.waitForRequest('**/api/auth/refresh')
  await make(page, first)
  await asked

  await setPinAndLock(page, '2580')
  await lookAt(page, 'counter-locked', tablet)
  await page.getByRole('button', { name: 'Somebody else' }).click()
  await fillDoor(page, 'alex')
  await make(page, second)
  await expect.poll(() => madeBy(second)).toBe('Alex')
  expect(await madeBy(first)).toBeNull()

  release()
  await expect.poll(() => madeBy(first)).toBe('Sam')
  expect(await page.locator('.person').textContent()).toBe('Alex')

  await setPinAndLock(page, '1470')
  await unlock(page, 'Sam', '2580')
  await untilStatus(page, 'authenticated')
  expect(await page.locator('.person').textContent()).toBe('Sam')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Alex', exact: true }).waitFor()
  expect(await page.getByRole('button', { name: 'Sam', exact: true }).count()).toBe(0)
})

it('locks when nobody touches any of its tabs, and asks for the password after five wrong PINs', async () => {
  const device = await scene.openDevice()
  await device.context.clock.install()
  const page = await device.signIn('sam')
  await setPinAndLock(page, '2580')
  await unlock(page, 'Sam', '2580')
  await untilStatus(page, 'authenticated')
  const other = await device.open('/bartender/')
  await untilStatus(other, 'authenticated')

  await device.context.clock.fastForward(1.5 * minute)
  await other.mouse.click(640, 700)
  await device.context.clock.fastForward(1.5 * minute)
  await untilStatus(page, 'authenticated')
  await device.context.clock.fastForward(minute)
  for (const tab of [page, other]) await tab.getByText('Who is at the counter?').waitFor()
  await page.reload()
  await page.getByText('Who is at the counter?').waitFor()

  await page.getByRole('button', { name: 'Sam', exact: true }).click()
  for (let wrong = 1; wrong < 5; wrong++) {
    await page.getByLabel('Your PIN').fill('0000')
    await page.getByText(`${5 - wrong} more`).waitFor()
  }
  await lookAt(page, 'counter-pin-wrong', tablet)
  await page.getByLabel('Your PIN').fill('0000')
  await untilStatus(page, 'unauthenticated')
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  expect(await page.evaluate(() => localStorage.getItem('bartender_token'))).toBeNull()
})
