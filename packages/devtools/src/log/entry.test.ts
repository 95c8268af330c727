import { describe, expect, it } from 'vitest'
import { type Entry, readEntry } from './entry.ts'

const CANARY = 'eyJhbGciOi.CANARY.rt'

const state: Entry = {
  what: 'state',
  at: 1,
  tab: 'abc',
  n: 0,
  app: 'x1',
  session: null,
  status: 'authenticated',
  refresh: 'idle',
  persistence: 'local',
  reason: null,
  expiresAt: 600_000,
}

describe('an entry', () => {
  it('is read as it is', () => {
    expect(readEntry(state)).toEqual(state)
  })

  it('has no member that nobody knows', () => {
    const more = { ...state, accessToken: CANARY, user: { name: CANARY } }
    expect(readEntry(more)).toEqual(state)
  })

  it.each(Object.keys(state))('cannot hold a text in %s', member => {
    expect(readEntry({ ...state, [member]: CANARY })).toBeNull()
    expect(readEntry({ ...state, [member]: { toString: () => 'idle' } })).toBeNull()
  })

  it.each([
    null,
    'state',
    [],
    {},
    { what: 'toString' },
    { what: '__proto__' },
    { ...state, what: 'signed-out' },
    { ...state, at: 1.5 },
    { ...state, at: -1 },
    { ...state, at: Number.NaN },
    { ...state, tab: 'seven-or-more' },
  ])('is not %j', stranger => {
    expect(readEntry(stranger)).toBeNull()
  })
})
