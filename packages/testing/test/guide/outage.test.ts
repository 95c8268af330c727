// test/outage.test.ts
import { expect, it } from 'vitest'
import { auth, openApp } from './auth.ts'

it('keeps the user signed in while the server answers 503', async () => {
  using app = await openApp()
  auth.fail('/refresh', 503, { retryAfter: 30 })
  await expect(app.session.refresh()).rejects.toMatchObject({ code: 'unreachable' })
  expect(app.session).toBeSignedIn()
  expect((await app.loadOrders()).status).toBe(200)
})
