import { SessionError } from '@tabkeeper/core'
import { expect, it } from 'vitest'
import { createBarApi } from './bar-api.ts'

const answering = (body: string, init?: ResponseInit) =>
  createBarApi(async () => new Response(body, init))

const negroni = {
  id: 'm1',
  name: 'Negroni',
  description: 'Bitter',
  category: 'Before dinner',
  price_cents: 950,
  available: true,
}

it('hands out what the server sent', async () => {
  const bar = answering(JSON.stringify({ items: [negroni] }))
  expect(await bar.menu()).toEqual([negroni])
})

it('turns a problem document into an error with its code, status and wait', async () => {
  const bar = answering('{"code":"rate_limited"}', { status: 429, headers: { 'retry-after': '3' } })
  await expect(bar.menu()).rejects.toMatchObject({
    code: 'rate_limited',
    status: 429,
    retryAfter: 3_000,
  })
})

it.each(['<html>Sign in to the hotel network</html>', '{"items":[{"id":1}]}', ''])(
  'does not take %j for a menu',
  async body => {
    await expect(answering(body).menu()).rejects.toMatchObject({ code: 'unreadable' })
  },
)

it('says that there was no answer, and lets the session speak for itself', async () => {
  const failing = (error: unknown) => createBarApi(() => Promise.reject(error)).menu()
  await expect(failing(new TypeError('fetch failed'))).rejects.toMatchObject({
    code: 'unreachable',
  })
  await expect(failing(new SessionError('session-ended', ''))).rejects.toMatchObject({
    code: 'session-ended',
  })
})

it('sends an order as it was put together', async () => {
  const sent: unknown[] = []
  const bar = createBarApi(async (url, init) => {
    sent.push(url, init?.method, init?.body)
    return new Response('{}', { status: 500 })
  })
  const order = { items: [{ menu_item_id: 'm1', quantity: 2 }], note: 'No ice' }
  await expect(bar.placeOrder(order)).rejects.toThrow()
  expect(sent).toEqual(['/api/orders', 'POST', JSON.stringify(order)])
})
