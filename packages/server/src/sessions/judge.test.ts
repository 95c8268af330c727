import { describe, expect, it } from 'vitest'
import { toInstant } from '../database/values.ts'
import { hashSecret } from '../tokens/refresh-token.ts'
import { acceptsAccess, judgeRefresh } from './judge.ts'
import type { SessionWithUser } from './session.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const grace = 30_000
const secret = Buffer.alloc(18, 1)
const inWindow = toInstant(now - grace)
const later = toInstant(now - grace - 1)

/** Generation 5 made from 4, window open since 3, the client has proven 4. */
const row: SessionWithUser = {
  id: '2f1c8a52-0f7e-4f2e-9a53-0c2f5b1f9d10',
  tenant_id: 'tenant',
  user_id: 'user',
  client_id: 'bar',
  transport: 'bearer',
  seed_hash: hashSecret(secret),
  gen: 5,
  parent_gen: 4,
  window_gen: 3,
  window_at: inWindow,
  rotated_at: inWindow,
  confirmed_gen: 4,
  min_access_gen: 2,
  created_at: later,
  auth_time: later,
  last_seen_at: later,
  absolute_expires_at: toInstant(now + 2),
  expires_at: toInstant(now + 1),
  remember: false,
  dpop_jkt: null,
  device_label: null,
  user_agent: null,
  ip: null,
  revoked_at: null,
  revoke_reason: null,
  email: 'kim@bar.example',
  name: null,
  role: 'user',
  disabled_at: null,
}

const holder = { clientId: 'bar', transport: 'bearer' } as const

const judge = (generation: number, change: Partial<SessionWithUser> = {}) =>
  judgeRefresh({ ...row, ...change }, { sessionId: row.id, generation, secret }, holder, now, grace)
    .is

describe('an authentic refresh token', () => {
  it.each([
    // generation, in the window, after it
    [6, 'ahead', 'ahead'],
    [5, 'swap', 'swap'],
    [4, 'replay', 'recover'],
    [3, 'replay', 'theft'],
    [2, 'theft', 'theft'],
    [0, 'theft', 'theft'],
  ])('of generation %i is %s in the window and %s after it', (generation, during, after) => {
    expect(judge(generation)).toBe(during)
    expect(judge(generation, { rotated_at: later })).toBe(after)
  })

  it('is a theft after the window once its successor is proven', () => {
    expect(judge(4, { rotated_at: later, confirmed_gen: 5 })).toBe('theft')
  })

  it('in the window is never recovered, though it is the newest that is proven', () => {
    expect(judge(2, { confirmed_gen: 2 })).toBe('theft')
    expect(judge(2, { confirmed_gen: 2, rotated_at: later })).toBe('recover')
  })

  it('of a burned generation is a theft', () => {
    const recovered = { gen: 8, parent_gen: 4, window_gen: 8, confirmed_gen: 4, min_access_gen: 8 }
    for (const generation of [5, 6, 7]) {
      expect(judge(generation, recovered)).toBe('theft')
      expect(judge(generation, { ...recovered, rotated_at: later })).toBe('theft')
    }
    expect(judge(4, recovered)).toBe('replay')
  })

  it.each<[string, Partial<SessionWithUser>]>([
    ['another secret', { seed_hash: hashSecret(Buffer.alloc(18, 2)) }],
    ['another client', { client_id: 'admin' }],
    ['another transport', { transport: 'cookie' }],
  ])('of %s is unknown, whatever else is true', (_, change) => {
    for (const generation of [0, 5, 6]) expect(judge(generation, change)).toBe('unknown')
    expect(judge(5, { ...change, revoked_at: later })).toBe('unknown')
  })

  it.each<[string, Partial<SessionWithUser>]>([
    ['session_revoked', { revoked_at: later, expires_at: later }],
    ['session_expired', { expires_at: toInstant(now) }],
    ['account_disabled', { disabled_at: later }],
  ])('of a session that is over gets %s and never ends it again', (code, change) => {
    for (const generation of [0, 4, 5, 6]) {
      const token = { sessionId: row.id, generation, secret }
      expect(judgeRefresh({ ...row, ...change }, token, holder, now, grace)).toEqual({
        is: 'ended',
        code,
      })
    }
  })

  it('without a session is unknown', () => {
    const token = { sessionId: row.id, generation: 5, secret }
    expect(judgeRefresh(undefined, token, holder, now, grace)).toEqual({ is: 'unknown' })
  })
})

describe('an access token', () => {
  it.each([
    [1, false],
    [2, true],
    [4, true],
    [5, true],
    [6, false],
  ])('of generation %i is accepted: %s', (generation, accepted) => {
    expect(acceptsAccess(row, generation)).toBe(accepted)
  })

  it('of a generation between the proven and the newest is refused', () => {
    expect(acceptsAccess({ ...row, confirmed_gen: 3 }, 4)).toBe(false)
  })
})
