import { PLAIN_HOST } from '@tabkeeper/testing/browser'
import { describe, expect, it } from 'vitest'
import {
  answersIn,
  ask,
  askAndKeep,
  fireTogether,
  fireTogetherAndKeep,
  hearNothing,
  inEachEngine,
  LOCK,
  openStory,
  openTabs,
  PATIENT,
  STRICT,
  untilLockIsFree,
  untilWaiting,
  wake,
  withoutLocks,
} from './tabs.ts'

inEachEngine((browser, engine) => {
  // Chromium takes all; the others, whose drivers are slower, as much as shows a difference.
  const rounds = engine === 'chromium' ? 10 : 3
  const plainRounds = engine === 'chromium' ? 5 : 2

  describe('tabs whose token is over', () => {
    async function spendTogether(tabs: number, lifetimes: number): Promise<void> {
      const story = await openStory(browser(), STRICT)
      const pages = await openTabs(story, tabs)

      for (let lifetime = 1; lifetime <= lifetimes; lifetime++) {
        await story.sleep()
        // Once they meet for certain; after that as it happens.
        const answers =
          lifetime === 1 ? fireTogetherAndKeep(story, pages, 20) : fireTogether(pages, 20)
        expect(await answers).toEqual(Array(tabs * 20).fill(200))
        expect(story.bar.counts.refreshes).toBe(lifetime)
        await untilLockIsFree(pages[0])
      }
      expect(story.bar.counts.refused).toBe(0)
      expect(story.alarms()).toBe(0)
    }

    it.each([2, 5])(
      `B01: cost one refresh for 20 requests in each of %i, ${rounds} lifetimes in a row`,
      tabs => spendTogether(tabs, rounds),
    )

    it('B14: cost one refresh for 20 requests in each of 10, 5 lifetimes in a row', () =>
      spendTogether(10, 5))

    it('B15: cost one refresh when 10 of them are restored at once', async () => {
      const story = await openStory(browser(), STRICT)
      const [one] = await openTabs(story, 1)
      await story.sleep()
      await one.close()
      const refresh = story.bar.keepAnswer()

      // No request is made: each of them refreshes by itself, or waits for the one that does.
      const open = () => story.openTab(PATIENT)
      const pages = await Promise.all([open(), ...Array.from({ length: 9 }, open)])
      await refresh.arrived
      await untilWaiting(pages[0], 9)
      refresh.release()

      expect(await fireTogether(pages, 1)).toEqual(Array(10).fill(200))
      expect(story.bar.counts.refreshes).toBe(1)
      expect(story.bar.counts.refused).toBe(0)
    })

    it('B02: adopt what the one brings that was first, with no request of their own', async () => {
      const story = await openStory(browser(), STRICT)
      const [one] = await openTabs(story, 1)
      // Nobody tells them: they see it when they have the lock.
      const deaf = () => story.openTab({ before: [hearNothing] })
      const others = await Promise.all([deaf(), deaf(), deaf()])
      await story.sleep()
      const refresh = await askAndKeep(story, one)

      for (const page of others) await ask(page)
      await untilWaiting(one, 3)
      refresh.release()

      for (const page of [one, ...others]) expect(await answersIn(page)).toEqual([200])
      expect(story.bar.counts.refreshes).toBe(1)
    })

    it('B03: adopt what another one stored meanwhile, rather than believe that it is over', async () => {
      const story = await openStory(browser(), STRICT)
      const [winner] = await openTabs(story, 1)
      const loser = await story.openTab({
        // No lock keeps it from asking too, and it hears nothing of the winner.
        before: [withoutLocks, hearNothing],
      })
      await story.sleep()
      const denial = story.bar.keepAnswer(
        Response.json({ error: 'invalid_grant' }, { status: 400 }),
      )
      await ask(loser)
      await denial.arrived

      expect(await fireTogether([winner], 1)).toEqual([200])
      denial.release()

      expect(await answersIn(loser)).toEqual([200])
      expect(story.bar.counts.refreshes).toBe(2)
      expect(await loser.evaluate(() => endings)).toEqual([])
      expect(await winner.evaluate(() => endings)).toEqual([])
    })
  })

  describe('the lock', () => {
    it('B05: is free when the tab that held it is closed', async () => {
      const story = await openStory(browser())
      const [one, two] = await openTabs(story, 2, PATIENT)
      await story.sleep()
      await askAndKeep(story, one)

      await one.close()

      expect(await fireTogether([two], 1)).toEqual([200])
      expect(story.bar.counts.refreshes).toBe(2)
    })

    it('B05: is free when the refresh has failed', async () => {
      const story = await openStory(browser())
      const [one, two] = await openTabs(story, 2, PATIENT)
      await story.sleep()
      story.bar.keepAnswer(new Response('<h1>Bad gateway</h1>', { status: 502 })).release()
      await ask(one)
      expect(await answersIn(one)).toEqual(['unreachable'])
      // Whoever asks before it can know of the failure shares it.
      await two.waitFor(() => localStorage.getItem('tabkeeper-pause:admin') !== null)

      await two.evaluate(() => session.refresh())

      expect(await fireTogether([one, two], 1)).toEqual([200, 200])
      expect(story.bar.counts.refreshes).toBe(2)
    })

    it('B06: is taken over by one of 6 tabs from a holder that never gives it back', async () => {
      const story = await openStory(browser(), STRICT)
      const pages = await openTabs(story, 6, { session: { refreshTimeout: 500 } })
      const holder = await story.openTab()
      await holder.evaluate(name => {
        void navigator.locks.request(name, () => new Promise(() => {})).catch(() => {})
      }, LOCK)
      await story.sleep()

      expect(await fireTogether(pages, 1)).toEqual(Array(6).fill(200))
      expect(story.bar.counts.refreshes).toBe(1)
      expect(story.alarms()).toBe(0)
    })
  })

  describe('the answer to a refresh is lost after the server has committed it', () => {
    it('C01: nobody notices when the next attempt comes through', async () => {
      const story = await openStory(browser())
      const [page] = await openTabs(story, 1)
      await story.sleep()
      story.bar.loseAnswers(1)

      expect(await fireTogether([page], 5)).toEqual(Array(5).fill(200))
      expect(story.bar.counts.refreshes).toBe(2)
      expect(await page.evaluate(() => endings)).toEqual([])
    })

    it('C01: the app stays signed in when the next attempt is lost too', async () => {
      const story = await openStory(browser())
      const [page] = await openTabs(story, 1)
      await story.sleep()
      story.bar.loseAnswers(2)

      await ask(page)
      expect(await answersIn(page)).toEqual(['unreachable'])
      expect(await page.evaluate(() => session.getState().status)).toBe('authenticated')

      await page.evaluate(() => session.refresh())
      expect(await fireTogether([page], 5)).toEqual(Array(5).fill(200))
      expect(story.bar.counts.refreshes).toBe(3)
      expect(await page.evaluate(() => endings)).toEqual([])
    })

    it('C01: a page that was reloaded in the middle of it stays signed in', async () => {
      const story = await openStory(browser())
      const [page] = await openTabs(story, 1)
      await story.sleep()
      await askAndKeep(story, page)

      await page.reload()
      await wake(page)

      expect(await fireTogether([page], 3)).toEqual([200, 200, 200])
      expect(story.bar.counts.refreshes).toBe(2)
      expect(story.alarms()).toBe(0)
    })
  })

  describe('pages without Web Locks', () => {
    it(`B07: cost one refresh for 20 requests in each of 2 tabs on plain http, ${plainRounds} lifetimes in a row`, async () => {
      const story = await openStory(browser(), STRICT)
      const pages = await openTabs(story, 2, { host: PLAIN_HOST })
      expect(await pages[0].evaluate(() => [isSecureContext, typeof navigator.locks])).toEqual([
        false,
        'undefined',
      ])

      for (let round = 1; round <= plainRounds; round++) {
        await story.sleep()
        expect(await fireTogether(pages, 20)).toEqual(Array(40).fill(200))
        expect(story.bar.counts.refreshes).toBe(round)
        await untilLockIsFree(pages[0])
      }
      expect(story.bar.counts.refused).toBe(0)
    })
  })
})
