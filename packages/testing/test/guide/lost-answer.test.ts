// test/lost-answer.test.ts
import { expect, it } from 'vitest'
import { auth, openApp } from './auth.ts'

it('survives that the answer to a refresh is lost, though the server has rotated', async () => {
  using app = await openApp()
  auth.expireTokens()
  auth.lose('/refresh', 'answer')
  expect((await app.loadOrders()).status).toBe(200)
  expect(app.session).toBeSignedIn()
  expect(auth).toHaveRefreshed(2)
})
