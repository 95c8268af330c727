import type { Session } from '@tabkeeper/core'
import { type OpenPage, openPage } from '@tabkeeper/testing/browser'
import { describe, expect, it } from 'vitest'

// What the page has; see `@tabkeeper/testing/browser`.
declare global {
  var session: Session
  var api: typeof fetch
  var patient: Promise<number>
  var tabkeeper: typeof import('@tabkeeper/testing/browser').tabkeeper
}

/** A page in which somebody is signed in, and `api` is fetch with the session. */
async function openSignedIn(): Promise<OpenPage> {
  const open = await openPage()
  await open.page.evaluate(async account => {
    globalThis.session = tabkeeper.createSession({ app: 'admin', authUrl: '/api/auth' })
    globalThis.api = tabkeeper.withAutoRefresh(fetch, session)
    await session.login(account)
  }, open.bar.account)
  return open
}

it('I03: a beacon at the end of a page leaves at once with the token at hand, though a refresh is under way', async () => {
  const { bar, page, sleep } = await openSignedIn()
  const token = await page.evaluate(() => localStorage.getItem('admin_token'))
  await sleep()
  const kept = bar.keepAnswer()

  await page.evaluate(() => {
    void api('/api/orders').catch(() => {})
    const body = 'x'.repeat(60_000)
    addEventListener('pagehide', () => {
      void api('/api/orders?last-words', { method: 'POST', keepalive: true, body })
    })
  })
  await kept.arrived
  await page.goto('about:blank')

  await expect.poll(() => bar.orders).toEqual(['/api/orders?last-words'])
  expect(bar.tokens).toEqual([token])
})

it('I03: a beacon that is too large fails as it does without a session', async () => {
  const { bar, page } = await openSignedIn()

  const failures = await page.evaluate(() => {
    const beacon = { method: 'POST', keepalive: true, body: 'x'.repeat(70_000) }
    return Promise.all([fetch, api].map(call => call('/api/orders', beacon).catch(String)))
  })

  expect(failures).toEqual(Array(2).fill('TypeError: Failed to fetch'))
  expect(bar.orders).toEqual([])
})

it('I11: takes what a frame has made, although its classes are not those of the page', async () => {
  const { bar, page } = await openSignedIn()
  bar.clockOffset += 11 * 60_000 // for the server alone: the page thinks that its token is good

  const { isForeign, statuses, aborted } = await page.evaluate(async () => {
    const frame = document.body.appendChild(document.createElement('iframe'))
    const { AbortController, Headers, Request, URL } = frame.contentWindow as Window &
      typeof globalThis
    const url = (number: number) => new URL(`/api/orders?${number}`, location.href)
    const controller = new AbortController()
    const { signal } = controller
    const request = (number: number) =>
      new Request(url(number), {
        method: 'POST',
        body: 'gin',
        headers: new Headers({ 'X-A': '1' }),
        signal,
      })

    const answers = [
      api(request(1)),
      api(url(2)),
      api('/api/orders?3', { headers: new Headers({ 'X-A': '1' }), signal }),
      api('/api/orders?4', new Request(url(0), { headers: { 'X-A': '1' }, signal })),
    ]
    const statuses = (await Promise.all(answers)).map(({ status }) => status)
    controller.abort('changed my mind')
    const aborted = await api('/api/orders?5', { signal }).catch(String)
    return { isForeign: !(request(6) instanceof globalThis.Request), statuses, aborted }
  })

  expect(isForeign).toBe(true)
  expect(statuses).toEqual([200, 200, 200, 200])
  expect(aborted).toBe('changed my mind')
  expect(bar.counts).toMatchObject({ refreshes: 1, requests: 8, refused: 4 })
})

it('requests that waited leave in the order in which they came, with a signal or without', async () => {
  const { bar, page, sleep, given } = await openSignedIn()
  await sleep()

  const statuses = await page.evaluate(async () => {
    const { signal } = new AbortController()
    const answers = Array.from({ length: 30 }, (_, i) =>
      api(`/api/orders?${i}`, i % 3 === 1 ? { signal } : {}),
    )
    return (await Promise.all(answers)).map(({ status }) => status)
  })

  expect(statuses).toEqual(Array(30).fill(200))
  expect(given).toEqual(Array.from({ length: 30 }, (_, i) => `/api/orders?${i}`))
  expect(bar.counts).toMatchObject({ refreshes: 1, requests: 30, refused: 0 })
})

it('frees a caller whose time is up while it waits with the very reason, and nobody else', async () => {
  const { bar, page, sleep } = await openSignedIn()
  await sleep()
  const kept = bar.keepAnswer()

  const [late, isTheReason] = await page.evaluate(async () => {
    const signal = AbortSignal.timeout(100)
    globalThis.patient = api('/api/orders?patient').then(({ status }) => status)
    const error = await api('/api/orders?late', { signal }).catch((error: unknown) => error)
    return [String(error), error === signal.reason]
  })

  expect(late).toMatch(/^TimeoutError/)
  expect(isTheReason).toBe(true)
  kept.release()
  expect(await page.evaluate(() => patient)).toBe(200)
  expect(bar.orders).toEqual(['/api/orders?patient'])
})

describe.each(['web worker', 'service worker'])('K07: in a %s', scope => {
  it('a session in memory costs 20 refused requests one refresh', async () => {
    const { bar, page } = await openPage()
    bar.scripts.set('/worker.js', WORKER)

    await page.evaluate(
      async ([scope, account]) => {
        const { serviceWorker } = navigator
        const worker =
          scope === 'web worker'
            ? new Worker('/worker.js')
            : ((await serviceWorker.register('/worker.js')) && (await serviceWorker.ready)).active
        globalThis.ask = what =>
          new Promise(answer => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = ({ data }) => answer(data)
            worker?.postMessage(what, [port2])
          })
        await ask({ signIn: account })
      },
      [scope, bar.account] as const,
    )
    bar.clockOffset += 11 * 60_000 // for the server alone: the worker thinks that its token is good

    const statuses = await page.evaluate(() => ask({ times: 20 }))

    expect(statuses).toEqual(Array(20).fill(200))
    expect(bar.counts).toMatchObject({ refreshes: 1, requests: 40, refused: 20 })
  })
})

declare global {
  /** Tells the worker what to do, and hears what became of it. */
  var ask: (what: unknown) => Promise<unknown>
}

const WORKER = `
  var clockOffset = 0
  importScripts('/page.js')
  const storage = tabkeeper.memoryArea()
  const session = tabkeeper.createSession({ app: 'admin', authUrl: '/api/auth', storage })
  const api = tabkeeper.withAutoRefresh(fetch, session)
  onactivate = event => event.waitUntil(clients.claim())
  onmessage = async ({ data, ports: [port] }) => {
    if (data.signIn) await session.login(data.signIn)
    const answers = Array.from({ length: data.times ?? 0 }, () => api('/api/orders'))
    port.postMessage((await Promise.all(answers)).map(({ status }) => status))
  }
`
