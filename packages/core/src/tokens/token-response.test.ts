import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isToken, parseTokenResponse } from './token-response.ts'

describe('parseTokenResponse', () => {
  it('is content with an access token alone', () => {
    expect(parseTokenResponse({ access_token: 'a' })).toEqual({ access_token: 'a' })
  })

  it('keeps every member it knows and nothing else', () => {
    const known = {
      access_token: 'a',
      token_type: 'Bearer',
      expires_in: 60,
      refresh_token: 'r',
      user: { name: 'Ada' },
      session: { id: 's' },
    }
    expect(parseTokenResponse({ ...known, id_token: 'x' })).toEqual(known)
  })

  it.each([
    undefined,
    null,
    'a',
    [],
    {},
    { access_token: '' },
    { access_token: 5 },
    { access_token: ['a', 'b'] },
    { access_token: 'a b' },
    { access_token: 'a\r\nx-evil: 1' },
    { access_token: 'undefined' },
    { access_token: 'null' },
    { access_token: 'NaN' },
    { access_token: 'true' },
    { access_token: 'false' },
    { access_token: 'ä' },
  ])('finds no usable access token in %j', value => {
    expect(parseTokenResponse(value)).toBeNull()
  })

  it.each([
    [60, 60],
    ['60', 60],
    [0, 0],
    [-5, -5],
    [1e12, 1e12],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
    [true, undefined],
    [{}, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [Number.NaN, undefined],
  ])('reads "expires_in" %j as %j', (given, seconds) => {
    const parsed = parseTokenResponse({ access_token: 'a', expires_in: given })
    expect(parsed?.expires_in).toBe(seconds)
  })

  it.each([
    { refresh_token: 5 },
    { refresh_token: '' },
    { refresh_token: 'null' },
    { session: 'gone' },
    { session: { id: '' } },
    { session: null },
  ])('lets a strange member cost nothing but itself: %j', strange => {
    const parsed = parseTokenResponse({ access_token: 'a', expires_in: 60, ...strange })
    expect(parsed).toMatchObject({ access_token: 'a', expires_in: 60 })
    expect(parsed?.refresh_token).toBeUndefined()
    expect(parsed?.session).toBeUndefined()
  })

  it.each([() => {}, Symbol('Ada'), 1n, { toJSON: () => undefined }])(
    'is nothing with a user that cannot be stored: %o',
    user => {
      expect(parseTokenResponse({ access_token: 'a', user })).toBeNull()
    },
  )

  it('never throws, whatever a server answers', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        const parsed = parseTokenResponse(value)
        expect(parsed === null || isToken(parsed.access_token)).toBe(true)
      }),
    )
  })
})

describe('isToken', () => {
  it('takes nothing that could break a header line', { timeout: 0 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        if (isToken(text))
          expect(new Headers({ a: `Bearer ${text}` }).get('a')).toBe(`Bearer ${text}`)
      }),
    )
  })
})
