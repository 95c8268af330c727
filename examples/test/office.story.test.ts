import { systemClock } from '@tabkeeper/server'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { imagineFirstEvening } from '../bar-api/src/first-evening.ts'
import { password } from './open-bar-here.ts'
import { lookAt, setTheScene } from './story.ts'

const scene = setTheScene()
const minute = 60_000

/** The office with its time in hand, and a list of what it asks the server to end. */
async function openOffice() {
  const device = await scene.openDevice()
  await device.context.clock.install()
  const page = await device.signIn('robin')
  const ended: string[] = []
  page.on('request', request => {
    if (request.method() === 'DELETE') ended.push(request.url())
  })
  const go = (room: string) => page.getByRole('link', { name: room }).click()
  return { page, ended, go }
}

/** What the keyboard is at, by its name. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.ariaLabel)
const kimsEnd = (page: Page) => page.getByRole('button', { name: /^Sign out Kim/ })
const undo = (page: Page) => page.getByRole('button', { name: /^Undo: Kim/ })

it('takes a sign-out back by the keyboard, sends none when the page is left, and one that stands at once reaches who it is about', async () => {
  const guest = await (await scene.openDevice()).signIn('kim')
  await guest.getByText('Live').waitFor()
  const { page, ended, go } = await openOffice()
  await go('Sessions')

  // The time to take it back stands still, however slow the machine is.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000)
  await kimsEnd(page).focus()
  await page.keyboard.press('Enter')
  await undo(page).waitFor()
  expect(await undo(page).evaluate(button => button === document.activeElement)).toBe(true)
  await page.keyboard.press('Enter')
  await kimsEnd(page).waitFor()
  await page.clock.fastForward(10_000)
  expect(ended).toEqual([])

  await kimsEnd(page).click()
  await go('Menu')
  await page.clock.fastForward(10_000)
  await go('Sessions')
  await kimsEnd(page).waitFor()
  expect(ended).toEqual([])

  await kimsEnd(page).click()
  await undo(page).waitFor()
  await page.clock.fastForward(7_000)
  const sent = performance.now()
  await guest.getByText('ended from another device').waitFor()
  console.log(`the guest read of it after ${Math.round(performance.now() - sent)} ms`)
  await kimsEnd(page).waitFor({ state: 'detached' })
  expect(ended).toHaveLength(1)
  await lookAt(guest, 'table-door-revoked')

  await (await scene.openDevice()).signIn('noor')
  await page.reload()
  await page.clock.resume()
  await page.getByRole('button', { name: /^Sign out Noor/ }).click()
  await lookAt(page, 'office-sessions-undo')
})

it('wants the password once more for what must not be done by whoever found the device', async () => {
  await (await scene.openDevice()).signIn('kim')
  const { page, go } = await openOffice()
  await go('Sessions')
  await kimsEnd(page).waitFor()
  scene.bar.clockOffset += 16 * minute

  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  const beginToEnd = async () => {
    await kimsEnd(page).click()
    await undo(page).waitFor()
    await page.clock.fastForward(7_000)
    await dialog.waitFor()
  }
  await beginToEnd()
  await page.keyboard.press('Escape')
  await kimsEnd(page).waitFor()
  expect(await focused(page)).toMatch(/^Sign out Kim/)

  await beginToEnd()
  await lookAt(page, 'office-step-up')
  await dialog.getByLabel('Password').fill('not the password')
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await dialog.getByText('This password is wrong').waitFor()

  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await kimsEnd(page).waitFor({ state: 'detached' })
  expect(await page.getByRole('alert').count()).toBe(0)
})

it('puts a picture on the menu, tells how far it is, and takes nothing that is none', async () => {
  const { page, go } = await openOffice()
  await go('Menu')
  const negroni = page.getByRole('listitem', { name: 'Negroni' })
  const input = negroni.getByLabel('Choose a picture of Negroni')
  const choose = async (name: string, buffer: Buffer) => {
    await input.focus()
    await input.setInputFiles({ name, mimeType: 'image/png', buffer })
  }

  await choose('words.png', Buffer.from('These are words.'))
  await negroni.getByText('not a picture that browsers show').waitFor()
  await choose('large.png', Buffer.alloc(2 * 1024 * 1024 + 1))
  await negroni.getByText('too large').waitFor()
  await lookAt(page, 'office-menu-refused')

  const line = await page.context().newCDPSession(page)
  const slow = { offline: false, latency: 0, downloadThroughput: -1 }
  await line.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: 300_000 })
  const parts = watchProgress(page)
  await choose('negroni.png', Buffer.concat([png, Buffer.alloc(500_000)]))
  await negroni.getByRole('button', { name: /^Cancel the upload/ }).waitFor()
  expect(await focused(page)).toBe('Cancel the upload for Negroni')
  await page.screenshot({ path: 'test-results/screens/office-menu-uploading.png' })
  await negroni.getByRole('button', { name: /^Remove the picture/ }).waitFor()
  expect(await focused(page)).toBe('Choose a picture of Negroni')
  const seen = await parts
  expect(seen.filter(part => part > 0 && part < 1).length).toBeGreaterThan(1)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  await line.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 })
  await lookAt(page, 'office-menu')

  const guest = await (await scene.openDevice()).signIn('kim')
  const picture = guest.getByRole('listitem').filter({ hasText: 'Negroni' }).locator('img')
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1)

  await negroni.getByRole('button', { name: /^Remove the picture/ }).click()
  await negroni.locator('img').waitFor({ state: 'detached' })
}, 60_000)

it('draws the figures of the day, and says the same in tables', async () => {
  const before = await openOffice()
  await before.page.getByText('Nothing was ordered').waitFor()
  await lookAt(before.page, 'office-tonight-empty')
  await imagineFirstEvening(scene.bar.database, scene.bar.auth.users, {
    now: () => systemClock.now() + scene.bar.clockOffset,
  })
  await before.page.reload()

  const { page } = before
  const placed = Number(
    await page.locator('.numbers div', { hasText: 'Orders' }).locator('dd').textContent(),
  )
  expect(placed).toBeGreaterThan(40)
  await page.getByText('The same as a table').click()
  const rows = page.getByRole('table').first().locator('tbody td')
  const counts = (await rows.allTextContents()).map(Number)
  expect(counts).toHaveLength(24)
  expect(counts.reduce((a, b) => a + b)).toBe(placed)
  const heights = await page
    .locator('.bar')
    .evaluateAll(bars => bars.map(bar => Number(bar.getAttribute('height'))))
  const most = Math.max(...counts)
  expect(heights.slice(0, 24).map(height => Math.round((height * most) / 10))).toEqual(counts)
  await page.getByText('The same as a table').click()
  await lookAt(page, 'office-tonight')
})

/** Each value that the progress bar has shown, until it is gone. */
const watchProgress = (page: Page): Promise<number[]> =>
  page.evaluate(
    () =>
      new Promise(done => {
        const parts: number[] = []
        const observer = new MutationObserver(() => {
          const bar = document.querySelector('progress')
          if (bar && bar.value !== parts.at(-1)) parts.push(bar.value)
          if (bar || parts.length === 0) return
          observer.disconnect()
          done(parts)
        })
        observer.observe(document.body, { subtree: true, childList: true, attributes: true })
      }),
  )

/** One red point. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
)
