import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readClaims } from './access-token-claims.ts'

const NONE = { lifetime: null, sid: null }

function jwt(claims: unknown): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `eyJhbGciOiJFUzI1NiJ9.${payload}.signature`
}

it('reads the span from iat to exp, in milliseconds', () => {
  expect(readClaims(jwt({ iat: 1000, exp: 1060, sid: 's1' }))).toEqual({
    lifetime: 60_000,
    sid: 's1',
  })
})

it('F10: reads payloads that need base64url and UTF-8', () => {
  const claims = { iat: 0, exp: 60, sid: 's1', name: 'João ÿÿÿ>>>??? 日本語' }
  expect(jwt(claims)).toMatch(/[-_]/)
  expect(readClaims(jwt(claims))).toEqual({ lifetime: 60_000, sid: 's1' })
})

it.each([{ iat: 0 }, { exp: 60 }, { iat: 'now', exp: 60 }, { iat: 0, exp: null }])(
  'F10: does not know the span of %j',
  claims => {
    expect(readClaims(jwt({ ...claims, sid: 's1' }))).toEqual({ lifetime: null, sid: 's1' })
  },
)

it.each([5, '', null, {}])('reads the span though the session id is %j', sid => {
  expect(readClaims(jwt({ iat: 0, exp: 60, sid }))).toEqual({ lifetime: 60_000, sid: null })
})

it.each(['', 'opaque', 'srt1_AAAA', 'a.b.c', 'a.!!!.c', '..', jwt('text'), jwt(null), jwt([1])])(
  'F10: knows nothing of %j, and throws nothing',
  token => {
    expect(readClaims(token)).toEqual(NONE)
  },
)

it('F10: throws nothing, whatever the token', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json().map(jwt)), token => {
      expect(Object.keys(readClaims(token))).toEqual(['lifetime', 'sid'])
    }),
  )
})
