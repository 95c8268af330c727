import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { Who } from './open-bar-here.ts'
import { expectStill, holdAnswers } from './stillness.ts'
import { lookAt, setTheScene } from './story.ts'

const scene = setTheScene()
const minute = 60_000
const apps = ['admin', 'customer', 'bartender', 'tour'] as const
const somebody = { admin: 'robin', customer: 'kim', bartender: 'sam' } as const satisfies Record<
  string,
  Who
>

it.each([...apps])('%s: is light to load', app => {
  const folder = fileURLToPath(new URL(`../${app}/dist/`, import.meta.url))
  const page = readFileSync(`${folder}index.html`, 'utf8')
  const atFirst = [...page.matchAll(/assets\/[\w.-]+/g)].map(([file]) => file)
  const sizeOf = (end: string) =>
    atFirst
      .filter(file => file.endsWith(end))
      .map(file => brotliCompressSync(readFileSync(folder + file)).length / 1000)
      .reduce((a, b) => a + b, 0)
  const [script, style, letters] = ['.js', '.css', '.woff2'].map(sizeOf)
  console.log(`${app}: ${kb(script)} script, ${kb(style)} style, ${kb(letters)} letters (brotli)`)
  expect(script).toBeGreaterThan(10)
  expect(script).toBeLessThan(140)
})

const kb = (size = 0) => `${size.toFixed(1)} kB`

it.each(['admin', 'customer', 'bartender'] as const)(
  '%s: has a door that everybody can use',
  async app => {
    const page = await (await scene.openDevice()).open(`/${app}/`)
    await page.getByLabel('E-mail').waitFor()
    await lookAt(page, `${app}-door`)
    await expectStill(page)
  },
)

it.each(['admin', 'customer', 'bartender'] as const)(
  '%s: paints before the session has settled, and nothing moves when it has',
  async app => {
    const device = await scene.openDevice()
    await (await device.signIn(somebody[app])).close()
    scene.bar.clockOffset += 11 * minute
    const answers = await holdAnswers(device.context)

    const page = await device.open(`/${app}/`)
    await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint').length > 0,
    )
    await page
      .getByText(/^Loading/)
      .first()
      .waitFor({ state: 'attached' })
    expect(answers.held).toBeGreaterThan(0)
    await lookAt(page, `${app}-loading`)
    await page.reload({ waitUntil: 'domcontentloaded' })
    await page
      .getByText(/^Loading/)
      .first()
      .waitFor({ state: 'attached' })

    answers.release()
    await page
      .getByText(/^Loading/)
      .first()
      .waitFor({ state: 'detached' })
    await page.evaluate(() => new Promise(requestAnimationFrame))
    const painted = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    )
    console.log(`${app}: first paint after ${Math.round(painted ?? Number.NaN)} ms, nothing moved`)
    await expectStill(page)
  },
)

it('loads the devtools when they are asked for, and not before', async () => {
  const device = await scene.openDevice()
  const page = await device.signIn('kim')
  const scripts: string[] = []
  page.on('request', request => {
    if (request.resourceType() === 'script') scripts.push(request.url())
  })
  expect(await page.evaluate(() => customElements.get('tabkeeper-devtools'))).toBeUndefined()
  await page.getByRole('button', { name: 'Devtools' }).click()
  const devtools = page.locator('tabkeeper-devtools')
  await devtools.getByRole('button', { name: 'Go offline' }).waitFor()
  const focused = () =>
    devtools.evaluate(({ shadowRoot }) => shadowRoot?.activeElement?.textContent ?? null)
  await expect.poll(focused).toBe('Go offline')
  expect(scripts.length).toBeGreaterThan(0)
  await lookAt(page, 'table-devtools')

  const other = await device.open('/customer/')
  await other
    .locator('tabkeeper-devtools')
    .getByRole('button', { name: /^Tabkeeper/ })
    .waitFor()
})
