// test/sign-in-page.test.ts
import type { SessionState, SignOutReason } from '@tabkeeper/core'
import { createTestSession } from '@tabkeeper/testing/session'
import { expect, it } from 'vitest'

/** The app's own: what its sign-in page says. */
function greeting(state: SessionState): string {
  if (state.status !== 'unauthenticated') return ''
  switch (state.reason) {
    case 'none':
    case 'logout':
      return 'Please sign in.'
    case 'reuse-detected':
      return 'Somebody else may have used your session. Please change your password.'
    case 'account-disabled':
      return 'Your account is disabled.'
    case 'logout-elsewhere':
    case 'expired':
    case 'revoked':
    case 'storage-cleared':
    case 'replaced':
      return 'Your session has ended. Please sign in again.'
  }
}

const texts: [SignOutReason, RegExp][] = [
  ['none', /^Please sign in/],
  ['expired', /has ended/],
  ['logout-elsewhere', /has ended/],
  ['reuse-detected', /change your password/],
  ['account-disabled', /disabled/],
]
it.each(texts)('says why nobody is signed in: %s', async (reason, text) => {
  using test = await createTestSession({ is: 'unauthenticated', reason })
  expect(greeting(test.session.getState())).toMatch(text)
})

it('asks nobody to sign in before it knows whether somebody is', async () => {
  using test = await createTestSession({ is: 'loading' })
  expect(greeting(test.session.getState())).toBe('')
  await test.release()
  expect(greeting(test.session.getState())).toBe('Please sign in.')
})
