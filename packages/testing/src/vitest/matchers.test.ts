import { expect, it, onTestFinished } from 'vitest'
import { createTestSession, type TestSessionOptions } from '../test-session/create-test-session.ts'
import { sessionMatchers } from './index.ts'

expect.extend(sessionMatchers)

async function open(options: TestSessionOptions<{ name: string }>) {
  const test = await createTestSession<{ name: string }>(options)
  onTestFinished(() => test.dispose())
  return test
}

it('knows who is signed in', async () => {
  const { session } = await open({ is: 'authenticated', user: { name: 'Ada' } })
  expect(session).toBeSignedIn()
  expect(session).toBeSignedIn({ name: 'Ada' })
  expect(session).not.toBeSignedIn({ name: 'Bob' })
  expect(session).not.toBeSignedOut()
  expect(() => expect(session).toBeSignedIn({ name: 'Bob' })).toThrow(
    /expected it to be signed in as .*Bob.*; .*Ada/s,
  )
})

it('knows why nobody is', async () => {
  const { session } = await open({ is: 'unauthenticated', reason: 'expired' })
  expect(session).toBeSignedOut()
  expect(session).toBeSignedOut('expired')
  expect(session).not.toBeSignedOut('revoked')
  expect(session).not.toBeSignedIn()
  expect(() => expect(session).toBeSignedOut('revoked')).toThrow(
    /expected it to be signed out with the reason 'revoked'; .*expired/s,
  )
})

it('takes loading for neither', async () => {
  const { session } = await open({ is: 'loading' })
  expect(session).not.toBeSignedIn()
  expect(session).not.toBeSignedOut()
})

it('counts refreshes', async () => {
  const { session, server } = await open({ is: 'expired-token' })
  expect(server).toHaveRefreshed(0)
  await Promise.all([session.getAccessToken(), session.getAccessToken()])
  expect(server).toHaveRefreshed(1)
  expect(() => expect(server).toHaveRefreshed(2)).toThrow(
    'expected it to be asked for 2 refreshes; 1 were made',
  )
})

it('sees a token in a request, and does not show it', () => {
  const bare = new Request('https://api.test/menu')
  const signed = new Request(bare, { headers: { Authorization: 'Bearer at.secret' } })
  expect(bare).toCarryNoToken()
  expect(signed).not.toCarryNoToken()
  expect(() => expect(signed).toCarryNoToken()).toThrow(
    'expected it to be sent without a token; Authorization is set',
  )
})
