// test/two-tabs.test.ts
import { withAutoRefresh } from '@tabkeeper/fetch'
import { createTestSession, TEST_ORIGIN } from '@tabkeeper/testing/session'
import { sessionMatchers } from '@tabkeeper/testing/vitest'
import { expect, it } from 'vitest'

expect.extend(sessionMatchers)

it('refreshes once for two tabs', async () => {
  using test = await createTestSession({ is: 'expired-token' })
  const tabs = [test, test.openTab()]
  const answers = Promise.all(
    tabs.map(({ session }) => withAutoRefresh(test.fetch, session)(`${TEST_ORIGIN}/orders`)),
  )
  await test.clock.advance(1_000)
  expect((await answers).map(({ status }) => status)).toEqual([200, 200])
  expect(test.server).toHaveRefreshed(1)
})

it('is signed out in this tab when the user signs out in another', async () => {
  using test = await createTestSession({ is: 'authenticated' })
  await test.signOutElsewhere()
  expect(test.session).toBeSignedOut('logout-elsewhere')
})
