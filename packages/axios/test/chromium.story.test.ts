import type { Session } from '@tabkeeper/core'
import { bundlePage, type OpenPage, openPage } from '@tabkeeper/testing/browser'
import type { AxiosInstance } from 'axios'
import { describe, expect, it } from 'vitest'

// What the page has; see `axios.page.ts` and `@tabkeeper/testing/browser`.
declare global {
  var session: Session
  var axiosApi: AxiosInstance
  var patient: Promise<number>
  var axiosKit: typeof import('./axios.page.ts').axiosKit
  var tabkeeper: typeof import('@tabkeeper/testing/browser').tabkeeper
}

/** A page in which somebody is signed in, and `axiosApi` is an instance with the session. */
async function openSignedIn(adapter: string): Promise<OpenPage> {
  const open = await openPage()
  const { bar, page } = open
  bar.scripts.set('/axios.js', await bundlePage(new URL('axios.page.ts', import.meta.url)))
  await page.addScriptTag({ url: '/axios.js' })
  await page.evaluate(
    async ([adapter, account]) => {
      globalThis.session = tabkeeper.createSession({ app: 'admin', authUrl: '/api/auth' })
      const { axios, withAutoRefresh } = axiosKit
      globalThis.axiosApi = withAutoRefresh(axios.create({ adapter, baseURL: '/api' }), session)
      await session.login(account)
    },
    [adapter as 'xhr', bar.account] as const,
  )
  return open
}

describe.each(['xhr', 'fetch'])('axios over %s in Chromium', adapter => {
  it('costs 20 refused requests one refresh', async () => {
    const { bar, page } = await openSignedIn(adapter)
    bar.clockOffset += 11 * 60_000 // for the server alone: the page thinks that its token is good

    const statuses = await page.evaluate(async () => {
      const answers = Array.from({ length: 20 }, () => axiosApi.get('/orders'))
      return (await Promise.all(answers)).map(({ status }) => status)
    })

    expect(statuses).toEqual(Array(20).fill(200))
    expect(bar.counts).toMatchObject({ refreshes: 1, requests: 40, refused: 20 })
  })

  it('lets those that waited leave in the order in which they came, whatever their limits', async () => {
    const { bar, page, sleep, given } = await openSignedIn(adapter)
    await sleep()

    const statuses = await page.evaluate(async () => {
      const { signal } = new AbortController()
      const limits = [{}, { signal }, { timeout: 60_000 }]
      const answers = Array.from({ length: 30 }, (_, i) =>
        axiosApi.get(`/orders?${i}`, limits[i % 3]),
      )
      return (await Promise.all(answers)).map(({ status }) => status)
    })

    expect(statuses).toEqual(Array(30).fill(200))
    expect(given).toEqual(Array.from({ length: 30 }, (_, i) => `/api/orders?${i}`))
    expect(bar.counts).toMatchObject({ refreshes: 1, requests: 30, refused: 0 })
  })

  it('H10: ends a wait at its time-out, and only that one', async () => {
    const { bar, page, sleep } = await openSignedIn(adapter)
    await sleep()
    const kept = bar.keepAnswer()

    const outcome = await page.evaluate(async () => {
      globalThis.patient = axiosApi.get('/orders?patient').then(({ status }) => status)
      return axiosApi
        .get('/orders?late', { timeout: 100 })
        .catch(({ code, message }) => ({ code, message }))
    })

    expect(outcome).toEqual({ code: 'ECONNABORTED', message: 'timeout of 100ms exceeded' })
    kept.release()
    expect(await page.evaluate(() => patient)).toBe(200)
    expect(bar.orders).toEqual(['/api/orders?patient'])
  })
})

// Over fetch, axios streams an upload whose progress is asked for, which takes HTTP/2.
it('H12: over XMLHttpRequest, tells the progress of an upload once, though it is sent twice', async () => {
  const { bar, page } = await openSignedIn('xhr')
  bar.clockOffset += 11 * 60_000

  const told = await page.evaluate(async () => {
    const told: number[] = []
    await axiosApi
      .post('/orders', new Blob(['x'.repeat(3_000_000)]), {
        onUploadProgress: ({ loaded }) => told.push(loaded),
      })
      .catch(() => {})
    return told
  })

  expect(bar.counts).toMatchObject({ refreshes: 1, requests: 2 })
  expect(told.at(-1)).toBe(3_000_000)
  for (let i = 1; i < told.length; i++) expect(told[i]).toBeGreaterThan(told[i - 1] ?? 0)
})
