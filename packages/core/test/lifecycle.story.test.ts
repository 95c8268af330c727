import { type ChromiumTab, hasPageLife, openChromium, type Page } from '@tabkeeper/testing/browser'
import { describe, expect, it } from 'vitest'
import {
  answersIn,
  ask,
  askAndKeep,
  BOB,
  fireTogether,
  inEachEngine,
  openStory,
  openTabs,
  shareBrowser,
  signIn,
  type TabStory,
  untilStatus,
  wake,
  withoutChannel,
} from './tabs.ts'

// What a page of these stories keeps about itself.
declare global {
  /** The events of its life, in order, and what came of asking for a token in each: `a token`, or the code of the error. */
  var life: { readonly event: string; readonly at: number; readonly given: Promise<string> }[]
}

/** For `before`: asks for a token in every event of the page's life, ahead of the session's own listeners. */
function watchLife(): void {
  globalThis.life = []
  const note = (event: Event) => {
    const isCached = 'persisted' in event && event.persisted === true
    const token = session.getAccessToken()
    life.push({
      event: isCached ? `${event.type} persisted` : event.type,
      at: Date.now(),
      given: token.then(
        () => 'a token',
        error => error.code,
      ),
    })
  }
  for (const type of ['pageshow', 'pagehide', 'focus']) addEventListener(type, note)
  for (const type of ['visibilitychange', 'freeze', 'resume']) document.addEventListener(type, note)
}

async function signOutOffline(): Promise<void> {
  globalThis.fetch = () => Promise.reject(new TypeError('There is no network'))
  await session.logout()
}

async function untilSeen(page: Page, event: string): Promise<void> {
  await page.waitFor(name => life.some(({ event }) => event === name), event)
}

/** Freezes a tab while its refresh is on its way; the answer comes while it is frozen. */
async function freezeInFlight(story: TabStory, tab: ChromiumTab): Promise<void> {
  const refresh = await askAndKeep(story, tab)
  await tab.freeze()
  await untilSeen(tab, 'freeze')
  refresh.release()
}

/** What was given out in the page's events from a moment on. */
function givenSince(page: Page, since: number): Promise<string[]> {
  return page.evaluate(
    since => Promise.all(life.filter(({ at }) => at >= since).map(({ given }) => given)),
    since,
  )
}

inEachEngine((browser, engine) => {
  describe.skipIf(!hasPageLife(engine))('a page that comes out of the back/forward cache', () => {
    it('E08: has nothing left when the session ended in it before it was left', async () => {
      const story = await openStory(browser())
      const [one] = await openTabs(story, 1)
      await one.evaluate(() => session.logout())

      await one.goto(`${story.bar.origin}/elsewhere`)
      await one.back()
      // The answer to a sign-out tells the browser to empty its caches, this one too.
      if (await one.evaluate(() => globalThis.session === undefined)) await wake(one)

      await ask(one)
      expect(await answersIn(one)).toEqual([401])
      expect(story.bar.counts.withToken).toBe(0)
    })

    it.each([
      ['signed out', 'logout-elsewhere', 'signed-out'],
      ['signed in as somebody else', 'replaced', 'session-changed'],
    ])(
      'E08: gives no token of the session that was there when somebody %s elsewhere',
      async (_, ending, code) => {
        const story = await openStory(browser())
        const [one] = await openTabs(story, 1, { before: [watchLife] })
        // A message to a page in the cache makes Chromium and Firefox drop it.
        const two = await story.openTab({ before: [withoutChannel] })

        await one.goto(`${story.bar.origin}/elsewhere`)
        if (ending === 'replaced') await signIn(two, BOB)
        // Without a network: the answer of the server would empty the cache.
        else await two.evaluate(signOutOffline)
        const since = await two.evaluate(() => Date.now())
        await one.back()
        await untilSeen(one, 'pageshow persisted')
        await one.waitFor(() => endings.length > 0)

        const given = await givenSince(one, since)
        expect(given[0]).toBe(code)
        if (ending !== 'replaced') expect(new Set(given)).toEqual(new Set([code]))
        expect(await one.evaluate(() => endings)).toEqual([ending])
      },
    )

    it('B04: holds nobody up when it went there in the middle of a refresh', async () => {
      const story = await openStory(browser())
      const [one, two] = await openTabs(story, 2, { session: { refreshTimeout: 1_000 } })
      await story.sleep()
      const refresh = await askAndKeep(story, one)

      await one.goto(`${story.bar.origin}/elsewhere`)
      expect(await fireTogether([two], 1)).toEqual([200])
      refresh.release()
      await one.back()
      if (await one.evaluate(() => globalThis.session === undefined)) await wake(one)

      expect(await fireTogether([one, two], 1)).toEqual([200, 200])
      expect(story.alarms()).toBe(0)
      expect(await one.evaluate(() => endings)).toEqual([])
    })
  })
})

// Only Chromium can be told to freeze a tab; it does so by itself with one that was hidden for long.
describe('a frozen tab', () => {
  const browser = shareBrowser(openChromium)

  it.each([1, 2])(
    'B04: that holds the lock is passed over, and its late answer changes nothing after its token was replaced %i times',
    async times => {
      const story = await openStory(browser())
      const [frozen] = await openTabs(story, 1, {
        before: [watchLife],
        session: { refreshTimeout: 1_000 },
      })
      const other = await story.openTab({ session: { refreshTimeout: 1_000 } })
      await story.sleep()
      await freezeInFlight(story, frozen)

      for (let i = 0; i < times; i++) {
        if (i > 0) await story.sleep()
        expect(await fireTogether([other], 1)).toEqual([200])
      }
      const stored = await other.evaluate(() => JSON.stringify(localStorage))
      expect(story.bar.counts.refreshes).toBe(1 + times)
      await frozen.thaw()
      await untilSeen(frozen, 'resume')

      expect(await answersIn(frozen)).toEqual([200])
      expect(await fireTogether([frozen, other], 1)).toEqual([200, 200])
      expect(await other.evaluate(() => JSON.stringify(localStorage))).toBe(stored)
      expect(story.bar.counts.refreshes).toBe(1 + times)
      // Storage may be a few milliseconds old when the tab wakes: what it shows is refused at most once.
      expect(story.bar.counts.refused).toBeLessThanOrEqual(1)
      expect(story.alarms()).toBe(0)
    },
  )

  it('B10: is in the state that storage says when it wakes, whatever happened in between', async () => {
    const story = await openStory(browser())
    const [frozen] = await openTabs(story, 1, { before: [watchLife] })
    const other = await story.openTab()
    await frozen.freeze()
    await untilSeen(frozen, 'freeze')

    await other.evaluate(() => session.logout())
    await signIn(other, BOB)
    await other.evaluate(() => session.refresh())
    const stored = await other.evaluate(() => session.getAccessToken())
    await frozen.thaw()
    await untilSeen(frozen, 'resume')

    // What happened in between it may meet on its way, as late as storage shows it; it does not stay there.
    await frozen.waitFor(
      token =>
        session.getAccessToken().then(
          held => held === token,
          () => false,
        ),
      stored,
    )
    expect(await frozen.evaluate(() => localStorage.getItem('admin_token'))).toBe(stored)
    expect(await other.evaluate(() => endings)).toEqual(['logout'])
  })

  it('B16: leaves the session alone that somebody else began while its refresh was under way', async () => {
    const story = await openStory(browser())
    const [frozen] = await openTabs(story, 1, { before: [watchLife] })
    const other = await story.openTab()
    await story.sleep()
    await freezeInFlight(story, frozen)

    await signIn(other, BOB)
    const stored = await other.evaluate(() => JSON.stringify(localStorage))
    await frozen.thaw()

    expect(await answersIn(frozen)).toEqual(['session-changed'])
    // The late answer has come: what was in it is given back.
    await expect.poll(() => story.bar.counts.signOuts).toBe(1)
    expect(story.bar.counts.requests).toBe(0)
    expect(await other.evaluate(() => JSON.stringify(localStorage))).toBe(stored)
    expect(await frozen.evaluate(() => endings)).toEqual(['replaced'])
    await untilStatus(frozen, 'authenticated')
  })
})
