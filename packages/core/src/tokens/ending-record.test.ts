import { describe, expect, it } from 'vitest'
import { describeEnding, readEnding } from './ending-record.ts'
import type { SignOutReason } from './sign-out-reason.ts'

const tokens = { accessToken: 'canary-access', refreshToken: 'canary-refresh' }

describe('word of an ending', () => {
  it.each<SignOutReason>([
    'logout',
    'expired',
    'revoked',
    'reuse-detected',
    'account-disabled',
    'storage-cleared',
    'replaced',
  ])('is read as it was written: %s', reason => {
    const word = describeEnding(tokens, { identity: 's1', reason })
    expect(readEnding(word)).toMatchObject({ identity: 's1', reason })
  })

  it('names no token', () => {
    expect(describeEnding(tokens, { identity: 's1', reason: 'logout' })).not.toContain('canary')
  })

  it.each([
    ['no identity', { identity: '' }],
    ['a reason that there is not', { reason: 'bored' }],
    ['a reason of every object', { reason: 'toString' }],
    ['no fingerprints', { prints: { access: 1 } }],
  ])('is not believed with %s', (_, damage) => {
    const word = describeEnding(tokens, { identity: 's1', reason: 'logout' })
    expect(readEnding(JSON.stringify({ ...JSON.parse(word), ...damage }))).toBeNull()
  })

  it.each([null, '', 'null', '[]', '{', 'undefined'])('is not believed as %j', text => {
    expect(readEnding(text)).toBeNull()
  })
})
