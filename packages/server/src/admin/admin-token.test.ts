import { describe, expect, it } from 'vitest'
import { createAdminTokens } from './admin-token.ts'

const [old, next] = [
  '3q2+7wAAEjRWeJq83vD/3q2+7wAAEjRWeJq83vD/',
  'kQm1cLrTz0vXy8sUe7hWnBpGf3aJd5oI2tE6uR9q',
]

describe('row 45: an admin token', () => {
  it('is one of at most two', () => {
    const isKnown = createAdminTokens([old, next])
    expect([old, next, `${old} `, old.slice(1), ''].map(isKnown)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    expect(() => createAdminTokens([old, next, `${old}x`])).toThrow('There may be two admin tokens')
  })

  it('is none of none', () => {
    expect(createAdminTokens([])('')).toBe(false)
  })

  it.each(['', 'secret', 'x'.repeat(64), 'abcabcabcabcabcabcabcabcabcabcabcabc'])(
    'cannot be "%s"',
    token => {
      expect(() => createAdminTokens([token])).toThrow(
        expect.objectContaining({
          code: 'bad-setting',
          message: expect.stringContaining('must have 32 random bytes or more'),
        }),
      )
    },
  )
})
