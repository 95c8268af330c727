import { createTestSession } from '@tabkeeper/testing/session'
import { expect } from 'vitest'
import './index.ts'

const test = await createTestSession({ is: 'unauthenticated', reason: 'expired' })
expect(test.session).toBeSignedOut('expired')
// @ts-expect-error: there is no such reason
expect(test.session).toBeSignedOut('timed-out')
// @ts-expect-error: how often has to be said
expect(test.server).toHaveRefreshed()
// @ts-expect-error: nobody is signed out in the state that is signed in
createTestSession({ is: 'authenticated', reason: 'expired' })
// @ts-expect-error: the server of a test session is its own
createTestSession({ is: 'authenticated', authUrl: '/api/auth' })
