import { defaultClients } from '@tabkeeper/server'
import { openChromium, type Tab } from '@tabkeeper/testing/browser'
import { expect, it, onTestFinished } from 'vitest'
import {
  askAndKeep,
  fireTogether,
  fireTogetherAndKeep,
  openStory,
  openTabs,
  storedKeys,
  type TabStory,
  untilStatus,
  wake,
} from './tabs.ts'

const clients = {
  ...defaultClients,
  admin: { ...defaultClients.customer, transport: 'split' },
} as const

async function openSplitTabs(count: number, grace?: number): Promise<[TabStory, Tab, ...Tab[]]> {
  // One for each story: cookies are kept by host, whatever the port.
  const browser = await openChromium()
  onTestFinished(() => browser[Symbol.asyncDispose]())
  const story = await openStory(browser, { clients, ...(grace !== undefined && { grace }) })
  return [story, ...(await openTabs(story, count, { transport: 'split' }))]
}

/** All that a script of the page can read without asking the server. */
function readable(tab: Tab): Promise<string> {
  return tab.evaluate(async () => {
    const databases = await indexedDB.databases()
    return JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, databases])
  })
}

async function reload(tab: Tab): Promise<void> {
  await tab.reload()
  await wake(tab, { transport: 'split' })
}

it('row 64: two tabs work, and neither has a token that a script could read from the browser or hear', async () => {
  const [story, one, two] = await openSplitTabs(2)
  await two?.evaluate(() => {
    Object.assign(globalThis, { heard: [] })
    new BroadcastChannel('tabkeeper:admin').onmessage = ({ data }) => {
      Reflect.get(globalThis, 'heard').push(data)
    }
  })
  const pages = [one, two].filter(tab => tab !== undefined)

  for (let round = 1; round <= 2; round++) {
    expect(await fireTogether(pages, 5)).toEqual(Array(10).fill(200))
    for (const page of pages) expect(await readable(page)).not.toMatch(/srt1_|eyJ/)
    await story.sleep()
  }
  expect(await storedKeys(one)).toEqual(['admin_user', 'tabkeeper:admin'])
  const heard = await two?.evaluate(() => [...new Set<string>(Reflect.get(globalThis, 'heard'))])
  expect(heard).toEqual(['changed'])
})

it('B01: five tabs whose tokens are over get one each from a server that forgives nothing, 5 rounds in a row', async () => {
  const [story, ...pages] = await openSplitTabs(5, 0)
  await fireTogether(pages, 1)

  for (let round = 1; round <= 5; round++) {
    await story.sleep()
    story.bar.counts.refreshes = 0
    // Once they meet for certain; after that as it happens.
    const answers = round === 1 ? fireTogetherAndKeep(story, pages, 20) : fireTogether(pages, 20)
    expect(await answers).toEqual(Array(100).fill(200))
    expect(story.bar.counts.refreshes).toBe(5)
  }
  expect(story.bar.counts.refused).toBe(0)
  expect(await Promise.all(pages.map(page => page.evaluate(() => endings)))).toEqual(
    Array(5).fill([]),
  )
})

it('a sign-out reaches the other tab, and the cookie is worth nothing any more', async () => {
  const [, one, two] = await openSplitTabs(2)

  expect(await two?.evaluate(() => session.logout())).toEqual({ acknowledged: true })

  await untilStatus(one, 'unauthenticated')
  expect(await one.evaluate(() => endings)).toEqual(['logout-elsewhere'])
  const byHand = await one.evaluate(async () => {
    const headers = { 'X-Session-Client': 'admin', 'Content-Type': 'application/json' }
    const answer = await fetch('/api/auth/refresh', { method: 'POST', headers, body: '{}' })
    return answer.json()
  })
  expect(byHand).toMatchObject({ code: 'not_authenticated' })
})

it('a page that is reloaded is signed in at once and fetches a token of its own', async () => {
  const [story, page] = await openSplitTabs(1)

  await reload(page)

  expect(await page.evaluate(() => session.getState().status)).toBe('authenticated')
  expect(await fireTogether([page], 3)).toEqual([200, 200, 200])
  expect(story.bar.counts.refreshes).toBe(1)
})

it('C01: a page that is reloaded in the middle of a refresh stays signed in', async () => {
  const [story, page] = await openSplitTabs(1)
  await story.sleep()
  await askAndKeep(story, page)

  await reload(page)

  expect(await fireTogether([page], 3)).toEqual([200, 200, 200])
  expect(story.bar.counts.refreshes).toBe(2)
})

it('a page that finds no hint of a session asks nobody, though the browser has a cookie', async () => {
  const [story, page] = await openSplitTabs(1)
  await page.evaluate(() => localStorage.clear())

  await reload(page)
  const requests = await page.evaluate(async () => {
    const state = session.getState()
    const lease = await session.lease()
    const asked = performance.getEntriesByType('resource').map(({ name }) => name)
    return { state, lease, asked: asked.filter(name => name.includes('/api/')) }
  })

  expect(requests).toEqual({
    state: { status: 'unauthenticated', reason: 'none' },
    lease: null,
    asked: [],
  })
  expect(story.bar.counts.refreshes).toBe(0)
})
