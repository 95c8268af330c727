import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  describeGrant,
  type Found,
  readStored,
  remainsOf,
  type StoredStrings,
} from './commit-record.ts'
import { describeEnding, readEnding } from './ending-record.ts'
import type { Grant } from './grant.ts'
import { isToken } from './token-response.ts'

const NOW = 1_900_000_000_000
const grant: Grant = {
  accessToken: 'A1',
  refreshToken: 'R1',
  user: { name: 'Ada' },
  sessionId: 's1',
  identity: 's1',
  revision: 3,
  receivedAt: NOW - 1000,
  lifetime: 3_600_000,
  afterRefusal: false,
}
const stored = storedOf(grant)
const nothing: StoredStrings = {
  access: null,
  refresh: null,
  user: null,
  record: null,
  pause: null,
}

function storedOf(grant: Grant): StoredStrings {
  return { ...describeGrant(grant), pause: null }
}

function grantIn(found: Found): Grant | null {
  return found.is === 'grant' ? found.grant : null
}

const token = fc.stringMatching(/^[\x21-\x7e]{1,40}$/).filter(isToken)
const grants: fc.Arbitrary<Grant> = fc.record({
  accessToken: token,
  refreshToken: fc.option(token),
  user: fc.oneof(fc.constant(null), fc.object({ maxDepth: 2 }).map(roundTripped)),
  sessionId: fc.option(fc.string()),
  identity: fc.string({ minLength: 1 }),
  revision: fc.nat(),
  receivedAt: fc.integer({ min: 0, max: NOW }),
  lifetime: fc.option(fc.nat()),
  afterRefusal: fc.boolean(),
})
function roundTripped(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('a commit', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(grants, written => {
        const found = readStored(storedOf(written), null, NOW)
        expect(found).toEqual({ is: 'grant', grant: written, backOff: null })
      }),
    )
  })

  it('stores the tokens as raw strings and the user as JSON, as the apps always did', () => {
    expect(stored).toMatchObject({ access: 'A1', refresh: 'R1', user: '{"name":"Ada"}' })
  })

  it('names tokens it does not describe after the refresh token, else after the access token', () => {
    const identity = (access: string | null, refresh: string | null) =>
      grantIn(readStored({ ...nothing, access, refresh }, null, NOW))?.identity
    expect(identity('A1', 'R1')).toBe(identity('A2', 'R1'))
    expect(identity(null, 'R1')).toBe(identity('A1', 'R1'))
    expect(identity('A1', 'R1')).not.toBe(identity('A1', 'R2'))
    expect(identity('A1', null)).not.toBe(identity('A2', null))
    expect(grantIn(readStored({ ...nothing, access: 'A1' }, null, NOW))?.afterRefusal).toBe(false)
  })

  it('names no token in its record', () => {
    const { record } = describeGrant({
      ...grant,
      accessToken: 'canary-access',
      refreshToken: 'canary-refresh',
    })
    expect(record).not.toContain('canary')
  })

  it.each([0, 1, 99])('is read by whoever knows its members: version %i', v => {
    const record = JSON.stringify({ ...JSON.parse(stored.record ?? ''), v, more: { of: 'it' } })
    expect(readStored({ ...stored, record }, null, NOW)).toEqual({
      is: 'grant',
      grant,
      backOff: null,
    })
  })

  it('is read for the rest of it where the record has a pause, too, as those of version 1 have', () => {
    const backOff = { failures: 1, since: NOW, until: NOW + 5_000, isAsked: true }
    const record = JSON.stringify({ ...JSON.parse(stored.record ?? ''), v: 1, backOff })
    expect(readStored({ ...stored, record }, null, NOW)).toEqual({
      is: 'grant',
      grant,
      backOff: null,
    })
  })

  it('does not know the age of tokens that were received in the future: the clock was set back', () => {
    const later = storedOf({ ...grant, receivedAt: NOW + 3_600_000 })
    expect(grantIn(readStored(later, null, NOW))?.lifetime).toBeNull()
    const rounding = storedOf({ ...grant, receivedAt: NOW + 1_000 })
    expect(grantIn(readStored(rounding, null, NOW))?.lifetime).toBe(3_600_000)
  })
})

describe('tokens that no record describes', () => {
  it('are tokens of unknown age, and of one identity for every tab', () => {
    const found = readStored(
      { ...nothing, access: 'A1', refresh: 'R1', user: '{"id":1}' },
      null,
      NOW,
    )
    expect(found).toMatchObject({
      is: 'grant',
      backOff: null,
      grant: {
        accessToken: 'A1',
        refreshToken: 'R1',
        user: { id: 1 },
        revision: 0,
        lifetime: null,
      },
    })
    expect(readStored({ ...nothing, access: 'A1', refresh: 'R1' }, null, NOW + 5)).toMatchObject({
      grant: { identity: grantIn(found)?.identity },
    })
  })

  it('belong to the session that they say they belong to', () => {
    const payload = Buffer.from('{"sid":"s7","iat":1,"exp":61}').toString('base64url')
    const found = readStored({ ...nothing, access: `a.${payload}.c` }, null, NOW)
    // Its `exp` says nothing here: when it came is not known, and this clock is not the server's.
    expect(grantIn(found)).toMatchObject({ identity: 's7', sessionId: 's7', lifetime: null })
  })

  it('have to be spent at once where only the refresh token is there', () => {
    const found = readStored({ ...nothing, refresh: 'R1' }, null, NOW)
    expect(grantIn(found)).toMatchObject({ accessToken: null, lifetime: 0 })
  })

  it.each<Partial<StoredStrings>>([
    { access: 'A2' },
    { access: 'A2', refresh: 'R2' },
    { refresh: null },
    { record: null },
    { record: '' },
    { record: 'undefined' },
    { record: 'null' },
    { record: '[]' },
    { record: stored.record?.slice(0, 40) ?? '' },
    { record: stored.record?.replace('"revision":3', '"revision":"3"') ?? '' },
    { record: stored.record?.replace('"revision":3', '"revision":-3') ?? '' },
    { record: stored.record?.replace('"identity":"s1"', '"identity":""') ?? '' },
  ])('are what is found after a torn, foreign or damaged commit: %j', damage => {
    const found = grantIn(readStored({ ...stored, ...damage }, null, NOW))
    expect(found).toMatchObject({ revision: 0, accessToken: damage.access ?? 'A1' })
  })
})

it('a new refresh token beside the old access token is taken alone: the rest may be of the session before', () => {
  const found = grantIn(readStored({ ...stored, refresh: 'R2' }, null, NOW))
  expect(found).toMatchObject({
    accessToken: null,
    refreshToken: 'R2',
    user: null,
    sessionId: null,
    revision: 0,
  })
})

describe('an ending', () => {
  const ended = { identity: 's1', reason: 'logout' } as const
  const ending = readEnding(describeEnding(grant, ended))
  const refreshed = storedOf({ ...grant, accessToken: 'A2', refreshToken: 'R2', revision: 4 })

  it('is nothing, and says which session ended and why', () => {
    expect(readStored(nothing, ending, NOW)).toEqual({ is: 'nothing', ended })
  })

  it.each<Partial<StoredStrings>>([
    { access: 'A1', refresh: 'R1' },
    { refresh: 'R1' },
    { access: 'A1', user: '{}' },
    stored,
  ])('makes left-overs of the tokens that outlive it by a moment: %j', left => {
    const found = { ...nothing, ...left }
    expect(readStored(found, ending, NOW)).toEqual({ is: 'nothing', ended })
    expect(ending && remainsOf(ending, found, NOW)).toBe('left-over')
  })

  it('stands over a refresh of its session that was stored after it', () => {
    expect(readStored(refreshed, ending, NOW)).toEqual({ is: 'nothing', ended })
    expect(ending && remainsOf(ending, refreshed, NOW)).toBe('later')
  })

  it.each<Partial<StoredStrings>>([
    { access: 'A9' },
    storedOf({ ...grant, identity: 's2', sessionId: 's2' }),
    storedOf({ ...grant, identity: 's2', accessToken: null, refreshToken: null }),
  ])('does not stand in the way of other tokens: %j', other => {
    const found = { ...nothing, ...other }
    expect(readStored(found, ending, NOW)).toMatchObject({ is: 'grant' })
    expect(ending && remainsOf(ending, found, NOW)).toBe('none')
  })

  it('does not explain how the tokens of a later session vanished', () => {
    const { record } = storedOf({ ...grant, identity: 's2' })
    expect(readStored({ ...nothing, record }, ending, NOW)).toEqual({ is: 'nothing', ended: null })
  })
})

describe('anything that another script may have written', () => {
  const text = fc.option(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('undefined', 'null', '', 'A1', 'R1', stored.record ?? ''),
    ),
  )

  it('never throws and never gives a malformed token', () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        text,
        text,
        text,
        (access, refresh, user, record, pause, word) => {
          const found = readStored({ access, refresh, user, record, pause }, readEnding(word), NOW)
          if (found.is === 'nothing') return
          const { accessToken, refreshToken, identity } = found.grant
          expect(accessToken === null || isToken(accessToken)).toBe(true)
          expect(refreshToken === null || isToken(refreshToken)).toBe(true)
          expect(accessToken ?? refreshToken).not.toBeNull()
          expect(identity).not.toBe('')
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
