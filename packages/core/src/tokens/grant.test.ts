import { describe, expect, it } from 'vitest'
import { type Grant, renewGrant, sameTokens, startGrant } from './grant.ts'

const NOW = 1_000_000
const encoded = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
const jwt = (claims: object) => `e30.${encoded(claims)}.x`
const unnamed = () => 'named here'

const spent: Grant = {
  accessToken: 'A1',
  refreshToken: 'R1',
  user: { name: 'Ada' },
  sessionId: 's1',
  identity: 's1',
  revision: 4,
  receivedAt: 0,
  lifetime: 60_000,
  afterRefusal: true,
}

describe('the lifetime of a grant', () => {
  it.each([
    [
      'expires_in, whatever the token says',
      { expires_in: 60, access_token: jwt({ iat: 0, exp: 9 }) },
      60_000,
    ],
    [
      'the span of the token where there is no expires_in',
      { access_token: jwt({ iat: 5, exp: 9 }) },
      4_000,
    ],
    ['unknown where neither says', { access_token: 'opaque' }, null],
    ['none where it would be negative', { access_token: 'opaque', expires_in: -5 }, 0],
    ['none where the token ended before it began', { access_token: jwt({ iat: 9, exp: 5 }) }, 0],
  ])('is %s', (_name, response, lifetime) => {
    expect(startGrant(response, NOW, unnamed, null).lifetime).toBe(lifetime)
    expect(renewGrant(spent, response, NOW).lifetime).toBe(lifetime)
  })
})

describe('a new session', () => {
  it.each([
    ['the server', { session: { id: 'S' }, access_token: jwt({ sid: 'T' }) }, 'S', 'S'],
    ['its access token', { access_token: jwt({ sid: 'T' }) }, 'T', 'T'],
    ['nobody but this tab', { access_token: 'opaque' }, null, 'named here'],
  ])('is named by %s', (_name, response, sessionId, identity) => {
    expect(startGrant(response, NOW, unnamed, null)).toEqual({
      accessToken: response.access_token,
      refreshToken: null,
      user: null,
      sessionId,
      identity,
      revision: 1,
      receivedAt: NOW,
      lifetime: null,
      afterRefusal: false,
    })
  })

  it('has a name of its own where the server gives it that of the one that ended', () => {
    const response = { session: { id: 'S' }, access_token: 'opaque' }
    const { sessionId, identity } = startGrant(response, NOW, unnamed, 'S')
    expect({ sessionId, identity }).toEqual({ sessionId: 'S', identity: 'named here' })
  })
})

describe('a renewed grant', () => {
  it('A07: keeps what the answer leaves out', () => {
    expect(renewGrant(spent, { access_token: 'A2' }, NOW)).toEqual({
      ...spent,
      accessToken: 'A2',
      revision: 5,
      receivedAt: NOW,
      lifetime: null,
    })
  })

  it('takes what the answer brings', () => {
    const answer = { access_token: 'A2', refresh_token: 'R2', user: 7, session: { id: 's2' } }
    expect(renewGrant(spent, answer, NOW)).toMatchObject({
      refreshToken: 'R2',
      user: 7,
      sessionId: 's2',
      identity: 's1',
    })
  })
})

it.each([
  [{}, true],
  [{ user: null, revision: 9 }, true],
  [{ accessToken: 'A2' }, false],
  [{ refreshToken: 'R2' }, false],
])('has the same tokens with %j: %j', (parts, same) => {
  expect(sameTokens(spent, { ...spent, ...parts })).toBe(same)
})
