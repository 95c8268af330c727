import { createSession, memoryArea, restEndpoint } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest'
import { authHandlers } from './auth-handlers.ts'

const ORIGIN = 'https://bar.test'
const ada = { email: 'ada@bar.test', password: 'correct horse battery staple' }
const happened: string[] = []
const auth = await authHandlers(ORIGIN, {
  accounts: [{ ...ada, name: 'Ada' }],
  server: { on: ({ kind }) => void happened.push(kind) },
})
const msw = setupServer(
  ...auth.handlers,
  http.get(
    `${ORIGIN}/api/orders`,
    auth.protect(() => HttpResponse.json(['a beer'])),
  ),
)

beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
afterEach(() => auth.reset())
afterAll(async () => {
  msw.close()
  await auth.close()
})

async function signedIn() {
  const session = createSession({
    app: 'admin',
    endpoint: restEndpoint(auth.authUrl),
    storage: memoryArea(),
    allowedOrigins: [ORIGIN],
  })
  onTestFinished(() => session.dispose())
  await session.login(ada)
  const api = withAutoRefresh(fetch, session)
  return { session, orders: () => api(`${ORIGIN}/api/orders`) }
}

it('signs in the accounts it was given, and lets them pass', async () => {
  const { session, orders } = await signedIn()
  expect(session.getState()).toMatchObject({ user: { name: 'Ada' } })
  expect(await (await orders()).json()).toEqual(['a beer'])
  expect(auth.asked).toEqual(['POST /login'])
})

it('refuses who is not signed in', async () => {
  expect((await fetch(`${ORIGIN}/api/orders`)).status).toBe(401)
})

it('refuses tokens that it made over, and gives new ones for them', async () => {
  const { orders } = await signedIn()
  auth.expireTokens()
  expect((await orders()).status).toBe(200)
  expect(auth.counts.refreshes).toBe(1)
})

it.each([
  ['request', ['refreshed']],
  ['answer', ['refreshed', 'replayed']],
] as const)('loses once: %s', async (what, done) => {
  const { session } = await signedIn()
  happened.length = 0
  auth.lose('/refresh', what)
  await session.refresh()
  expect(auth.counts.refreshes).toBe(2)
  expect(happened).toEqual(done)
})

it('fails as often as it is told to', async () => {
  const { session } = await signedIn()
  auth.fail('/sessions', 503, { times: 2 })
  for (let i = 0; i < 2; i++)
    await expect(session.listSessions()).rejects.toMatchObject({ code: 'unreachable' })
  expect((await session.listSessions()).filter(each => each.current)).toHaveLength(1)
})

it('forgets between tests what was asked and what was still to fail', async () => {
  const { session } = await signedIn()
  auth.fail('/refresh', 503)
  auth.reset()
  await session.refresh()
  expect(auth.asked).toEqual(['POST /refresh'])
})

it('keeps an answer back until it is let go', async () => {
  const { session } = await signedIn()
  const release = auth.delay('/refresh')
  const refreshed = session.refresh()
  await expect.poll(() => auth.counts.refreshes).toBe(1)
  expect(session.getState()).toMatchObject({ refresh: 'pending' })
  release()
  await refreshed
  expect(session.getState()).toMatchObject({ refresh: 'idle' })
})

it('signs the user out from another device', async () => {
  const { session } = await signedIn()
  await auth.signOutElsewhere(ada)
  await expect(session.refresh()).rejects.toMatchObject({ code: 'session-ended' })
  expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'revoked' })
})
