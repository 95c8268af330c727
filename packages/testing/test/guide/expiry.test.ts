// test/expiry.test.ts
import { expect, it } from 'vitest'
import { auth, openApp } from './auth.ts'

it('sends ten requests over an expiry with one refresh, and the user sees ten answers', async () => {
  using app = await openApp()
  auth.expireTokens()
  const answers = await Promise.all(Array.from({ length: 10 }, app.loadOrders))
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  expect(auth).toHaveRefreshed(1)
})
