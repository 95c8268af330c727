import { describe, expect, it } from 'vitest'
import { inEachEngine, openStory, signIn, wake } from './tabs.ts'

inEachEngine(browser => {
  describe('B11: a tab that was duplicated', () => {
    it('spends no refresh token of the original’s, which goes on', async () => {
      const story = await openStory(browser())
      const { bar, openTab, sleep } = story
      const original = await openTab()
      await signIn(original, bar.account, { remember: false })
      // What "Duplicate tab" and `window.open` do; a driver has no button for the one, and no hand on
      // the window of the other.
      const strings = await original.evaluate(() => ({ ...sessionStorage }))
      expect(Object.keys(strings)).toContain('admin_refresh_token')
      const copy = await openTab()
      await copy.evaluate(strings => Object.assign(sessionStorage, strings), strings)
      await copy.reload()
      await wake(copy)

      expect(await copy.evaluate(() => api('/api/orders').then(({ status }) => status))).toBe(200)
      await copy.waitFor(() => sessionStorage.getItem('admin_refresh_token') === null)
      await original.reload()
      await wake(original)
      await sleep()
      const ask = () => api('/api/orders').then(({ status }) => status)
      expect(await copy.evaluate(ask)).toBe(401)
      expect(await original.evaluate(ask)).toBe(200)

      expect(bar.counts.refreshes).toBe(1)
      expect(await copy.evaluate(() => endings)).toEqual(['expired'])
      expect(await original.evaluate(() => endings)).toEqual([])
    })
  })
})
