// test/signed-out-elsewhere.test.ts
import { expect, it } from 'vitest'
import { ada, auth, openApp } from './auth.ts'

it('ends, and says why, when the user ends all sessions from another device', async () => {
  using app = await openApp()
  await auth.signOutElsewhere(ada)
  await expect(app.loadOrders()).rejects.toMatchObject({ code: 'session-ended' })
  expect(app.session).toBeSignedOut('revoked')
})
