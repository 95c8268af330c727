import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { untilStatus } from './open-bar.ts'
import type { Who } from './open-bar-here.ts'
import { expectStill, firstPaint, holdAnswers, slowDown, untilLoaded } from './stillness.ts'
import { type Device, setTheScene } from './story.ts'

const scene = setTheScene()
const minute = 60_000
const desktop = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

const doors = ['/customer/', '/bartender/', '/admin/'] as const

/** Every page that somebody who is signed in can open. */
const rooms = [
  ['/customer/', 'kim'],
  ['/bartender/', 'sam'],
  ['/admin/#/tonight', 'robin'],
  ['/admin/#/sessions', 'robin'],
  ['/admin/#/menu', 'robin'],
] as const satisfies readonly (readonly [path: string, who: Who])[]

describe.each([desktop, phone])('on a slow network, $width pixels wide', size => {
  it.each(rooms)(
    '%s: is painted before a slow refresh is answered, and nothing moves when it is',
    async (path, who) => {
      const device = await scene.openDevice()
      await (await device.signIn(who)).close()
      scene.bar.clockOffset += 11 * minute
      const refresh = await holdAnswers(device.context, '**/refresh')

      const page = await openSlowly(device, path, size)
      const painted = await firstPaint(page)
      await expect.poll(() => refresh.held, { timeout: 30_000 }).toBe(1)
      refresh.release()
      await untilStatus(page, 'authenticated')
      await untilLoaded(page)

      console.log(`${path}, ${size.width} pixels: first paint after ${painted} ms`)
      await expectStill(page)
    },
  )

  it.each(doors)('%s: shows its door, and nothing moves', async path => {
    const page = await openSlowly(await scene.openDevice(), path, size)
    const painted = await firstPaint(page)
    await page.getByLabel('E-mail').waitFor()
    await untilLoaded(page)

    console.log(`${path}, ${size.width} pixels: first paint after ${painted} ms`)
    await expectStill(page)
  })
})

async function openSlowly(
  { context }: Device,
  path: string,
  size: { readonly width: number; readonly height: number },
): Promise<Page> {
  const page = await context.newPage()
  await page.setViewportSize(size)
  await slowDown(page)
  await page.goto(scene.bar.origin + path, { waitUntil: 'commit' })
  return page
}
