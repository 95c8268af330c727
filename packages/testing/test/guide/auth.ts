// test/auth.ts
import { createSession, memoryArea, restEndpoint } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { authHandlers } from '@tabkeeper/testing/msw'
import { sessionMatchers } from '@tabkeeper/testing/vitest'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, expect } from 'vitest'

expect.extend(sessionMatchers)

export const ada = { email: 'ada@bar.test', password: 'correct horse battery staple' }
export const auth = await authHandlers('https://bar.test', { accounts: [ada] })

const orders = auth.protect(() => HttpResponse.json(['a beer']))
const network = setupServer(...auth.handlers, http.get('https://bar.test/api/orders', orders))
network.listen({ onUnhandledFrame: 'error' })

afterEach(() => auth.reset())
afterAll(async () => {
  network.close()
  await auth.close()
})

/** The app: its session with Ada signed in, and its way to the API. */
export async function openApp() {
  const session = createSession({
    app: 'admin',
    endpoint: restEndpoint(auth.authUrl),
    storage: memoryArea(),
    allowedOrigins: ['https://bar.test'],
  })
  const api = withAutoRefresh(fetch, session)
  await session.login(ada)
  return {
    session,
    loadOrders: () => api('https://bar.test/api/orders'),
    [Symbol.dispose]: () => session.dispose(),
  }
}
