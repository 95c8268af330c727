import { isInstalled, PLAIN_HOST, type Tab } from '@tabkeeper/testing/browser'
import { describe, expect, it } from 'vitest'
import {
  fireTogether,
  openStory,
  signIn,
  storedKeys,
  type TabStory,
  untilStatus,
  wake,
} from './tabs.ts'

// A refresh token that comes twice is theft.
const STRICT = { grace: 0 }

async function openTabs(story: TabStory, count: number): Promise<[Tab, ...Tab[]]> {
  const first = await story.openTab()
  await signIn(first, story.bar)
  const others = await Promise.all(Array.from({ length: count - 1 }, () => story.openTab()))
  return [first, ...others]
}

// Chromium takes all; the others, whose drivers are slower, as much as shows a difference.
const engines = [
  { engine: 'chromium', rounds: 10, restored: 10 },
  { engine: 'firefox', rounds: 3, restored: 5 },
  { engine: 'webkit', rounds: 3, restored: 5 },
] as const

for (const { engine, rounds, restored } of engines) {
  describe.skipIf(!isInstalled(engine))(`in ${engine}`, () => {
    describe('tabs whose token is over', () => {
      it.each([2, 5])(
        `cost one refresh for 20 requests in each of %i, ${rounds} rounds in a row`,
        async tabs => {
          const story = await openStory(engine, STRICT)
          const pages = await openTabs(story, tabs)

          for (let round = 1; round <= rounds; round++) {
            await story.sleep()
            expect(await fireTogether(story, pages, 20)).toEqual(Array(tabs * 20).fill(200))
            expect(story.bar.counts.refreshes).toBe(round)
          }
          expect(story.bar.counts.refused).toBe(0)
        },
      )

      it(`cost one refresh when ${restored} of them are restored at once`, async () => {
        const story = await openStory(engine, STRICT)
        await openTabs(story, 1)
        await story.sleep()
        story.bar.counts.refreshes = 0

        const pages = await Promise.all(Array.from({ length: restored }, () => story.openTab()))

        expect(await fireTogether(story, pages, 1)).toEqual(Array(restored).fill(200))
        expect(story.bar.counts.refreshes).toBe(1)
      })
    })

    describe('the answer to a refresh is lost after the server has committed it', () => {
      it('nobody notices when the next attempt comes through', async () => {
        const story = await openStory(engine)
        const [page] = await openTabs(story, 1)
        await story.sleep()
        story.bar.loseAnswers(1)

        expect(await fireTogether(story, [page], 5)).toEqual(Array(5).fill(200))
        expect(story.bar.counts.refreshes).toBe(2)
        expect(await page.evaluate(() => endings)).toEqual([])
      })

      it('the app stays signed in when the next attempt is lost too', async () => {
        const story = await openStory(engine)
        const [page] = await openTabs(story, 1)
        await story.sleep()
        story.bar.loseAnswers(2)

        const code = await page.evaluate(() =>
          api('/api/orders').then(
            answer => answer.status,
            error => error.code,
          ),
        )
        expect(code).toBe('unreachable')
        expect(await page.evaluate(() => session.getState().status)).toBe('authenticated')

        await page.evaluate(() => session.refresh())
        expect(await fireTogether(story, [page], 5)).toEqual(Array(5).fill(200))
        expect(story.bar.counts.refreshes).toBe(3)
        expect(await page.evaluate(() => endings)).toEqual([])
      })

      it('a page that was reloaded in the middle of it stays signed in', async () => {
        const story = await openStory(engine)
        const [page] = await openTabs(story, 1)
        await story.sleep()
        story.bar.delayAnswers(400)
        await page.evaluate(() => void api('/api/orders').catch(() => {}))
        await expect.poll(() => story.bar.counts.refreshes).toBe(1)

        await page.reload()
        await wake(page)

        expect(await fireTogether(story, [page], 3)).toEqual([200, 200, 200])
        expect(story.bar.counts.refreshes).toBe(2)
      })
    })

    describe('a sign-out in another tab', () => {
      it('reaches every tab of the app with its reason, and no other app', async () => {
        const story = await openStory(engine)
        const pages = await openTabs(story, 3)
        const bartender = await story.openTab('bartender')
        await signIn(bartender, story.bar)

        expect(await pages[1]?.evaluate(() => session.logout())).toEqual({ acknowledged: true })

        for (const page of pages) await untilStatus(page, 'unauthenticated')
        expect(await Promise.all(pages.map(page => page.evaluate(() => endings)))).toEqual([
          ['logout-elsewhere'],
          ['logout'],
          ['logout-elsewhere'],
        ])
        expect(await fireTogether(story, pages, 1)).toEqual([401, 401, 401])
        expect(await fireTogether(story, [bartender], 1)).toEqual([200])
        expect(await storedKeys(bartender)).toEqual([
          'bartender',
          'bartender_refresh_token',
          'bartender_token',
          'tabkeeper:admin',
          'tabkeeper:bartender',
        ])
      })

      it('wins over a refresh that is under way here', async () => {
        const story = await openStory(engine)
        const [one, two] = await openTabs(story, 2)
        await story.sleep()
        story.bar.delayAnswers(500)
        const waiting = one.evaluate(() =>
          session.getAccessToken().then(
            () => 'a token',
            error => error.code,
          ),
        )
        await one.waitFor(() => JSON.stringify(session.getState()).includes('pending'))

        await two?.evaluate(() => session.logout())

        expect(await waiting).toBe('session-ended')
        await new Promise(done => setTimeout(done, 800)) // longer than the refresh that is still on its way
        expect(await storedKeys(one)).toEqual(['tabkeeper:admin'])
        expect(await one.evaluate(() => endings)).toEqual(['logout-elsewhere'])
      })
    })

    describe('storage that is cleared in another tab', () => {
      it('ends the session within a second, once', async () => {
        const story = await openStory(engine)
        const [one, two] = await openTabs(story, 2)

        await two?.evaluate(() => localStorage.clear())
        await untilStatus(one, 'unauthenticated')

        expect(await one.evaluate(() => endings)).toEqual(['storage-cleared'])
      })
    })

    describe('somebody else who signs in in another tab', () => {
      it('never gets the requests that wait here', async () => {
        const story = await openStory(engine)
        const other = { email: 'bob@bar.test', password: 'another long enough password' }
        await story.bar.auth.users.create({ ...other, role: 'customer' })
        const [one, two] = await openTabs(story, 2)
        await one.evaluate(() => {
          globalThis.endings = []
          session.on('replaced', () => endings.push('replaced'))
        })
        await story.sleep()
        story.bar.delayAnswers(600)
        story.bar.counts.requests = 0
        const waiting = one.evaluate(() =>
          api('/api/orders').then(
            answer => answer.status,
            error => error.code,
          ),
        )
        await one.waitFor(() => JSON.stringify(session.getState()).includes('pending'))

        await two?.evaluate(account => session.login(account).then(() => {}), other)

        expect(await waiting).toBe('session-changed')
        expect(story.bar.counts.requests).toBe(0)
        expect(await one.evaluate(() => endings)).toEqual(['replaced'])
      })
    })
  })
}

// Only Chromium can be told where a host is.
describe('B07: pages without Web Locks', () => {
  it('cost one refresh for 20 requests in each of 2 tabs, 10 rounds in a row', async () => {
    const story = await openStory('chromium', STRICT, PLAIN_HOST)
    const pages = await openTabs(story, 2)
    expect(await pages[0].evaluate(() => typeof navigator.locks)).toBe('undefined')

    for (let round = 1; round <= 10; round++) {
      await story.sleep()
      expect(await fireTogether(story, pages, 20)).toEqual(Array(40).fill(200))
      expect(story.bar.counts.refreshes).toBe(round)
    }
    expect(story.bar.counts.refused).toBe(0)
  })
})
