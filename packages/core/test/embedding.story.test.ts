import {
  frameIn,
  hasPageLife,
  openChromium,
  openFirefox,
  type ShownTab,
  type Tab,
} from '@tabkeeper/testing/browser'
import { describe, expect, it } from 'vitest'
import {
  answersIn,
  ask,
  inEachEngine,
  openStory,
  openTabs,
  shareBrowser,
  signIn,
  type TabStory,
  untilStatus,
  wake,
} from './tabs.ts'

/** A page of another site with the bar in a frame. */
async function openForeignFrame<T extends Tab>(story: TabStory<T>) {
  const path = `/around?page=${encodeURIComponent(`${story.bar.origin}/`)}`
  const tab = await story.openPage({ path, host: '127.0.0.1' })
  const frame = frameIn(tab)
  await wake(frame)
  return { tab, frame }
}

inEachEngine(browser => {
  describe('a sandboxed frame', () => {
    it('G01: signs in, refreshes and signs out in memory, and says so', async () => {
      const story = await openStory(browser())
      const frame = frameIn(await story.openPage({ path: '/around?sandbox=allow-scripts' }))
      const storage = await frame.evaluate(() => {
        try {
          return typeof localStorage
        } catch (error) {
          return String(error)
        }
      })
      expect(storage).toContain('SecurityError')

      await wake(frame)
      await signIn(frame, story.bar.account)
      expect(await frame.evaluate(() => session.getState())).toMatchObject({
        status: 'authenticated',
        persistence: 'memory',
      })
      await story.sleep(frame)
      await ask(frame)
      expect(await answersIn(frame)).toEqual([200])
      expect(story.bar.counts.refreshes).toBe(1)

      expect(await frame.evaluate(() => session.logout())).toEqual({ acknowledged: true })
      expect(await frame.evaluate(() => endings)).toEqual(['logout'])
    })
  })

  describe('the app in a frame of another site', () => {
    it.each(['in the frame', 'on top'])(
      'G08: has a session of its own: a sign-out %s leaves the other one alone',
      async where => {
        const story = await openStory(browser())
        const [top] = await openTabs(story, 1)
        const { frame } = await openForeignFrame(story)
        expect(await frame.evaluate(() => session.getState().status)).toBe('unauthenticated')
        // The same user: also what ends all of his sessions would end the other one.
        await signIn(frame, story.bar.account)
        const [leaving, staying] = where === 'on top' ? [top, frame] : [frame, top]

        expect(await leaving.evaluate(() => session.logout())).toEqual({ acknowledged: true })

        await story.sleep(frame)
        await ask(staying)
        expect(await answersIn(staying)).toEqual([200])
        expect(story.bar.counts.refreshes).toBe(1)
        expect(await leaving.evaluate(() => endings)).toEqual(['logout'])
        expect(await staying.evaluate(() => endings)).toEqual([])
      },
    )
  })

  describe('a page with a strict Content-Security-Policy', () => {
    it('has nothing to forbid in the whole life of a session', async () => {
      const story = await openStory(browser())
      const page = await story.openTab({ path: '/strict' })
      await signIn(page, story.bar.account)
      await story.sleep()
      await ask(page)
      expect(await answersIn(page)).toEqual([200])
      await page.reload()
      // In a turn of the page's own: some drivers may do what a page may not.
      await page.evaluate(() => {
        globalThis.answers = new Promise((done, failed) => {
          setTimeout(async () => {
            try {
              globalThis.session = tabkeeper.createSession({ app: 'admin', authUrl: '/api/auth' })
              const api = tabkeeper.withAutoRefresh(fetch, session)
              await session.refresh()
              await session.listSessions()
              const { status } = await api('/api/orders')
              await session.logout()
              done([status])
            } catch (error) {
              failed(error)
            }
          })
        })
      })
      expect(await answersIn(page)).toEqual([200])
      expect(story.bar.counts.refreshes).toBe(2)
      expect(await page.evaluate(() => violations)).toEqual([])

      // And it is heard when there is something.
      await page.evaluate(() =>
        fetch('http://127.0.0.1/')
          .catch(() => {})
          .then(() => {}),
      )
      await page.waitFor(() => violations.length === 1)
      expect(await page.evaluate(() => violations[0])).toContain('connect-src')
    })
  })

  describe('a page whose service worker answers from its cache first', () => {
    it('K09: gets another token from the server with each refresh', async () => {
      const story = await openStory(browser())
      const page = await story.openPage()
      await page.evaluate(async () => {
        const controlled = new Promise(done =>
          navigator.serviceWorker.addEventListener('controllerchange', done),
        )
        await navigator.serviceWorker.register('/cache-first.js')
        await controlled
      })
      await wake(page)
      await signIn(page, story.bar.account)
      const tokens = [await page.evaluate(() => session.getAccessToken())]

      for (let refreshes = 1; refreshes <= 3; refreshes++) {
        tokens.push(
          await page.evaluate(() => session.refresh().then(() => session.getAccessToken())),
        )
        expect(story.bar.counts.refreshes).toBe(refreshes)
      }

      expect(new Set(tokens).size).toBe(4)
      expect(await page.evaluate(() => endings)).toEqual([])
      // The worker is at work: what it was asked before, the server is not.
      for (let i = 0; i < 2; i++) {
        await ask(page)
        expect(await answersIn(page)).toEqual([200])
      }
      expect(story.bar.counts.requests).toBe(1)
    })
  })
})

// WebKitGTK under automation counts every tab as hidden.
for (const [engine, open] of [
  ['chromium', openChromium],
  ['firefox', openFirefox],
] as const)
  describe.skipIf(!hasPageLife(engine))(`in a frame of another site in ${engine}`, () => {
    const browser = shareBrowser<ShownTab>(open)

    it('F08: the session looks again when the tab around it is shown, without any focus', async () => {
      const story = await openStory(browser())
      const { tab, frame } = await openForeignFrame(story)
      await signIn(frame, story.bar.account)
      const other = await story.openPage({ path: '/elsewhere' })
      await other.show()
      await frame.waitFor(() => document.visibilityState === 'hidden')
      await frame.evaluate(() => localStorage.clear()) // unheard: a page gets no event of its own doings

      await tab.show()

      await untilStatus(frame, 'unauthenticated')
      expect(await frame.evaluate(() => endings)).toEqual(['storage-cleared'])
    })
  })
