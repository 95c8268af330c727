import { openProfile, serveBar } from '@tabkeeper/testing/browser'
import { countRefreshes, expireTokens, openTabs } from '@tabkeeper/testing/playwright'
import { sessionMatchers } from '@tabkeeper/testing/vitest'
import { expect, it } from 'vitest'

expect.extend(sessionMatchers)

it('opens the tabs of one profile, makes their token over, and sees one refresh', async () => {
  await using bar = await serveBar()
  await using profile = await openProfile()
  const pages = await openTabs(profile.context, bar.origin, 3)
  const count = countRefreshes(profile.context)
  const session = `tabkeeper.createSession({ app: 'admin', authUrl: '/api/auth' })`
  await expect(expireTokens(pages, 'admin')).rejects.toThrow('nobody is signed in to "admin"')

  await pages[0]?.evaluate(`${session}.login(${JSON.stringify(bar.account)}).then(() => {})`)
  const tokensOf = () =>
    Promise.all(pages.map(page => page.evaluate(`${session}.getAccessToken()`)))
  const before = new Set(await tokensOf())
  expect(before.size).toBe(1)
  expect(count).toHaveRefreshed(0)

  await expireTokens(pages, 'admin')
  const after = new Set(await tokensOf())
  expect(after.size).toBe(1)
  expect(after).not.toEqual(before)
  expect(count).toHaveRefreshed(1)

  count.stop()
  await expireTokens(pages, 'admin')
  await tokensOf()
  expect(count).toHaveRefreshed(1)
  expect(bar.counts.refreshes).toBe(2)
})
