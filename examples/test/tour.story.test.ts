import { openProfile } from '@tabkeeper/testing/browser'
import { beforeAll, it, type TestContext } from 'vitest'
import { openBar, untilStatus } from './open-bar.ts'
import { buildPages, buildTime } from './open-bar-here.ts'
import { expectStill, firstPaint, holdAnswers, slowDown, untilLoaded } from './stillness.ts'
import { lookAt } from './story.ts'

// Once, before several bars are opened together.
beforeAll(buildPages, buildTime)

/** The tour of a bar as `npm start` opens it, with the guest signed in. */
async function takeTour({ expect, onTestFinished }: TestContext) {
  const bar = await openBar()
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const profile = await openProfile()
  onTestFinished(() => profile[Symbol.asyncDispose]())
  const page = await profile.context.newPage()
  await page.clock.install()
  await page.goto(bar.origin)
  for (const { email } of Object.values(bar.accounts)) await page.getByText(email).waitFor()
  await page.getByRole('button', { name: 'Sign in as Kim' }).click()
  await untilStatus(page, 'authenticated')
  return {
    page,
    /** Starts a demonstration and returns what it says at its end; it may be hurried by so many milliseconds at a time. */
    async watch(name: string, hurry = 0): Promise<string> {
      const card = page.getByRole('listitem', { name })
      await card.getByRole('button').click()
      const seen = card.getByRole('status')
      const look = async () => {
        if (hurry > 0) await page.clock.fastForward(hurry)
        return seen.textContent()
      }
      await expect.poll(look, { timeout: 60_000, interval: 100 }).not.toBe('')
      return (await seen.textContent()) ?? ''
    },
  }
}

// They take their time, most of it waiting: they wait together.
it.concurrent('shows tokens of ten seconds and a lost answer', async context => {
  const { expect } = context
  const { page, watch } = await takeTour(context)
  await lookAt(page, 'tour', ['desktop', 'tablet', 'phone'])
  expect(await watch('Tokens of ten seconds', 500)).toMatch(
    /^(\d+) of \1 requests were answered, over [2-9] refreshes/,
  )
  expect(await watch('A lost answer')).toContain('the very same tokens')
  await page.getByText('the same refresh again').waitFor()
})

it.concurrent('shows two tabs that share one refresh, and a server that is killed', async context => {
  const { expect } = context
  const { page, watch } = await takeTour(context)
  expect(await watch('Two tabs')).toBe('40 of 40 requests were answered, with one refresh.')
  expect(await watch('Kill the server')).toMatch(
    /^[1-9]\d* requests failed meanwhile. The session is authenticated/,
  )
  await lookAt(page, 'tour-after')
})

it.concurrent('shows a theft, and what becomes of it', async context => {
  const { expect } = context
  const { page, watch } = await takeTour(context)
  expect(await watch('Theft')).toContain('The copy was recognised')
  await untilStatus(page, 'unauthenticated')
  await page.getByText('refresh was answered with 401').waitFor()
  await page.getByText('theft, this session ends').waitFor()
  await lookAt(page, 'tour-theft')
})

it.concurrent('is there for the pages of this machine, and for nobody else', async context => {
  const { expect, onTestFinished } = context
  const bar = await openBar()
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const kill = (origin: string) =>
    fetch(`${bar.origin}/api/tour/kill`, { method: 'POST', headers: { Origin: origin } })
  expect((await kill('https://elsewhere.example')).status).toBe(403)
  expect((await fetch(`${bar.origin}/api/tour`)).status).toBe(200)

  const open = await openBar({ HOST: '0.0.0.0' })
  onTestFinished(() => open[Symbol.asyncDispose]())
  expect((await fetch(`${open.origin}/api/tour`)).status).toBe(404)
})

it.concurrent('is painted on a slow network, and nothing moves when the bar has answered', async ({
  onTestFinished,
}) => {
  const bar = await openBar()
  onTestFinished(() => bar[Symbol.asyncDispose]())
  const profile = await openProfile()
  onTestFinished(() => profile[Symbol.asyncDispose]())
  const answers = await holdAnswers(profile.context)
  const pages = await Promise.all(
    [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ].map(async size => {
      const page = await profile.context.newPage()
      await page.setViewportSize(size)
      await slowDown(page)
      await page.goto(bar.origin, { waitUntil: 'commit' })
      console.log(`/, ${size.width} pixels: first paint after ${await firstPaint(page)} ms`)
      return page
    }),
  )
  answers.release()
  for (const page of pages) {
    for (const { email } of Object.values(bar.accounts)) await page.getByText(email).waitFor()
    await untilLoaded(page)
    await expectStill(page)
  }
})
