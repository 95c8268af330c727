import type { SignOutReason } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { expect, it, onTestFinished } from 'vitest'
import { createTestSession, TEST_ORIGIN, type TestSessionOptions } from './create-test-session.ts'

async function open(options: TestSessionOptions<{ name: string }>) {
  const test = await createTestSession<{ name: string }>(options)
  onTestFinished(() => test.dispose())
  return test
}

it('is signed in as who was asked for, with a token that is good', async () => {
  const { session, server } = await open({ is: 'authenticated', user: { name: 'Bea' } })
  expect(session.getState()).toMatchObject({ status: 'authenticated', user: { name: 'Bea' } })
  expect(server.accepts(await session.getAccessToken())).toBe(true)
  expect(server.counts.refreshes).toBe(0)
})

const reasons: Record<SignOutReason, null> = {
  none: null,
  logout: null,
  'logout-elsewhere': null,
  expired: null,
  revoked: null,
  'reuse-detected': null,
  'account-disabled': null,
  'storage-cleared': null,
  replaced: null,
}
it.each(Object.keys(reasons) as SignOutReason[])('is signed out: %s', async reason => {
  const { session } = await open({ is: 'unauthenticated', reason })
  expect(session.getState()).toEqual({ status: 'unauthenticated', reason })
})

it('is nobody where no reason is given', async () => {
  const { session } = await open({ is: 'unauthenticated' })
  expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'none' })
})

it('has a token that is over, which the next request refreshes', async () => {
  const test = await open({ is: 'expired-token' })
  const api = withAutoRefresh(test.fetch, test.session)
  const answer = await api(`${TEST_ORIGIN}/orders`)
  expect(await answer.json()).toEqual({ path: '/orders' })
  expect(test.server.counts.refreshes).toBe(1)
})

it('is in the middle of a refresh until it is released', async () => {
  const { session, server, release } = await open({ is: 'refreshing' })
  expect(session.getState()).toMatchObject({ status: 'authenticated', refresh: 'pending' })
  const token = session.getAccessToken()
  await release()
  expect(session.getState()).toMatchObject({ refresh: 'idle' })
  expect(server.accepts(await token)).toBe(true)
  expect(server.counts.refreshes).toBe(1)
})

it('shows itself as loading until it is released, and tells who listens', async () => {
  const { session, release } = await open({ is: 'loading' })
  const told: unknown[] = []
  session.subscribe(state => told.push(state))
  expect(session.getState()).toEqual({ status: 'loading' })
  await release()
  expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'none' })
  expect(told).toEqual([{ status: 'unauthenticated', reason: 'none' }])
})

it('opens tabs that share the session, and is told when one of them signs out', async () => {
  const { session, openTab, signOutElsewhere } = await open({ is: 'authenticated' })
  const other = openTab()
  expect(other.session.getState().status).toBe('authenticated')
  await signOutElsewhere()
  for (const each of [session, other.session])
    expect(each.getState()).toEqual({ status: 'unauthenticated', reason: 'logout-elsewhere' })
})

it('refuses a request without a token as an API does', async () => {
  const { fetch } = await open({ is: 'authenticated' })
  expect((await fetch(`${TEST_ORIGIN}/orders`)).status).toBe(401)
})

it('leaves no alarm behind', async () => {
  const test = await createTestSession({ is: 'authenticated', keepAlive: true })
  expect(test.clock.pending()).toBeGreaterThan(0)
  test.dispose()
  expect(test.clock.pending()).toBe(0)
})
