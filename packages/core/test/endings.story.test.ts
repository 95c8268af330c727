import { describe, expect, it } from 'vitest'
import {
  answersIn,
  ask,
  askAndKeep,
  BOB,
  fireTogether,
  hearNothing,
  inEachEngine,
  openStory,
  openTabs,
  signIn,
  storedKeys,
  untilStatus,
  withoutChannel,
} from './tabs.ts'

const TOLD = 10

inEachEngine((browser, engine) => {
  describe('a sign-out in another tab', () => {
    it('E05: reaches every tab of the app with its reason, and no other app', async () => {
      const story = await openStory(browser())
      const pages = await openTabs(story, 3)
      const bartender = await story.openTab({ app: 'bartender' })
      await signIn(bartender, story.bar.account)

      expect(await pages[1]?.evaluate(() => session.logout())).toEqual({ acknowledged: true })

      for (const page of pages) await untilStatus(page, 'unauthenticated')
      expect(await Promise.all(pages.map(page => page.evaluate(() => endings)))).toEqual([
        ['logout-elsewhere'],
        ['logout'],
        ['logout-elsewhere'],
      ])
      expect(await fireTogether(pages, 1)).toEqual([401, 401, 401])
      expect(story.bar.counts.withToken).toBe(0)
      expect(await fireTogether([bartender], 1)).toEqual([200])
      expect(await storedKeys(bartender)).toEqual([
        'bartender',
        'bartender_refresh_token',
        'bartender_token',
        'tabkeeper-ending:admin',
        'tabkeeper:bartender',
      ])
    })

    it(`E05: leaves no token to be had in the event that tells of it, ${TOLD} times in a row`, async () => {
      const story = await openStory(browser())
      const [one] = await openTabs(story, 1)
      const two = await story.openTab({ before: [withoutChannel] })
      await two.evaluate(() => {
        globalThis.toldAt = []
        globalThis.leasesAfter = []
        session.on('signed-out', () => toldAt.push(Date.now()))
        // After the session's own listener, and before anything else that the page can do.
        addEventListener('storage', ({ key, newValue }) => {
          if (key !== 'tabkeeper-ending:admin' || newValue === null) return
          leasesAfter.push(session.held())
        })
      })
      const took: number[] = []

      for (let round = 0; round < TOLD; round++) {
        if (round > 0) await signIn(one, story.bar.account)
        await untilStatus(two, 'authenticated')
        const at = await one.evaluate(() => {
          const at = Date.now()
          void session.logout()
          return at
        })
        await untilStatus(two, 'unauthenticated')
        took.push((await two.evaluate(round => toldAt[round] ?? Number.NaN, round)) - at)
      }

      expect(await two.evaluate(() => endings)).toEqual(Array(TOLD).fill('logout-elsewhere'))
      expect(await two.evaluate(() => leasesAfter)).toEqual(Array(TOLD).fill(null))
      const [median, most] = [took.sort((a, b) => a - b)[TOLD / 2], took.at(-1)]
      console.log(
        `${engine}: another tab knew of a sign-out after ${median} ms (median), ${most} ms (most)`,
      )
    })

    it('E01: wins over a refresh that is under way here, whose tokens are given back', async () => {
      const story = await openStory(browser())
      const [one, two] = await openTabs(story, 2)
      await story.sleep()
      const refresh = await askAndKeep(story, one)

      await two.evaluate(() => session.logout())

      expect(await answersIn(one)).toEqual(['session-ended'])
      refresh.release()
      await expect.poll(() => story.bar.counts.signOuts).toBe(2)
      expect(await storedKeys(one)).toEqual(['tabkeeper-ending:admin'])
      expect(await one.evaluate(() => endings)).toEqual(['logout-elsewhere'])
    })
  })

  describe('a sign-out in this tab', () => {
    it('E01: wins over the refresh that is under way', async () => {
      const story = await openStory(browser())
      const [one, two] = await openTabs(story, 2)
      await story.sleep()
      const refresh = await askAndKeep(story, one)

      await one.evaluate(() => session.logout())
      refresh.release()

      expect(await answersIn(one)).toEqual(['session-ended'])
      await expect.poll(() => story.bar.counts.signOuts).toBe(2)
      expect(await storedKeys(one)).toEqual(['tabkeeper-ending:admin'])
      expect(await one.evaluate(() => endings)).toEqual(['logout'])
      expect(await two.evaluate(() => endings)).toEqual(['logout-elsewhere'])
    })
  })

  describe('storage that is emptied', () => {
    it('B09: by another tab ends the session once', async () => {
      const story = await openStory(browser())
      const [one, two] = await openTabs(story, 2)

      await two.evaluate(() => localStorage.clear())
      await untilStatus(one, 'unauthenticated')

      expect(await one.evaluate(() => endings)).toEqual(['storage-cleared'])
    })

    it('G05: by the browser, unheard and in the middle of a refresh, ends the session and leaves nothing behind', async () => {
      const story = await openStory(browser())
      const [one] = await openTabs(story, 1)
      await story.sleep()
      const refresh = await askAndKeep(story, one)

      // A page gets no event of what is done in itself.
      await one.evaluate(() => localStorage.clear())
      refresh.release()

      expect(await answersIn(one)).toEqual(['session-ended'])
      expect(await one.evaluate(() => endings)).toEqual(['storage-cleared'])
      await expect.poll(() => story.bar.counts.signOuts).toBe(1)
      expect(await storedKeys(one)).toEqual([])
    })
  })

  describe('somebody else who signs in in another tab', () => {
    it('E03: never gets the requests that wait here', async () => {
      const story = await openStory(browser())
      const [one, two] = await openTabs(story, 2)
      await story.sleep()
      await askAndKeep(story, one, 'POST')

      await signIn(two, BOB)

      expect(await answersIn(one)).toEqual(['session-changed'])
      expect(story.bar.counts.requests).toBe(0)
      expect(await one.evaluate(() => endings)).toEqual(['replaced'])
    })

    it('B16: keeps the session, whatever a tab that has not heard of it gets for the old one', async () => {
      const story = await openStory(browser())
      const [one] = await openTabs(story, 1, { before: [hearNothing] })
      const two = await story.openTab()
      await story.sleep()
      const refresh = story.bar.keepAnswer()
      await one.evaluate(() => void session.refresh().catch(() => {}))
      await refresh.arrived
      await signIn(two, BOB)
      const stored = await two.evaluate(() => JSON.stringify(localStorage))

      refresh.release()
      await one.waitFor(() => endings.length > 0)

      await expect.poll(() => story.bar.counts.signOuts).toBe(1)
      expect(await one.evaluate(() => endings)).toEqual(['replaced'])
      expect(await two.evaluate(() => JSON.stringify(localStorage))).toBe(stored)
      for (const page of [one, two]) {
        await ask(page)
        expect(await answersIn(page)).toEqual([200])
      }
      expect(await two.evaluate(() => endings)).toEqual(['replaced'])
    })
  })
})
