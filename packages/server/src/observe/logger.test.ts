import { describe, expect, it } from 'vitest'
import { describeError } from './logger.ts'

const refreshToken = `srt1_${'Ab9_-'.repeat(19)}x`
const accessToken = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(40)}.${'c-_'.repeat(20)}`

describe('row 49: what is written down of a failure', () => {
  it.each([
    ['its message', new Error(`no session for ${refreshToken}`)],
    ['its cause', new Error('no', { cause: new Error(`Bearer ${accessToken}`) })],
    ['a text that was thrown', `${accessToken} and ${refreshToken}`],
    ['a member of its own', Object.assign(new Error('no'), { parameters: [refreshToken] })],
  ])('has no token in %s', (_, failure) => {
    const text = JSON.stringify(describeError(failure))
    expect(text).not.toMatch(/srt1_A|eyJa|Ab9_|c-_c/)
  })

  it('says what has failed', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    expect(describeError(new TypeError('no database', { cause }))).toMatchObject({
      name: 'TypeError',
      message: 'no database',
      stack: expect.stringContaining('logger.test'),
      cause: { message: 'refused', code: 'ECONNREFUSED' },
    })
    expect(describeError(new Error(`of ${refreshToken}!`))).toMatchObject({
      message: 'of [token]!',
    })
  })
})
