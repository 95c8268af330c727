import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  describeEnding,
  describeGrant,
  type Found,
  readStored,
  type StoredStrings,
} from './commit-record.ts'
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
const stored = describeGrant(grant, null)
const nothing: StoredStrings = { access: null, refresh: null, user: null, record: null }

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
const backOffs = fc.option(
  fc.record({ failures: fc.nat(), since: fc.nat(), until: fc.nat(), isAsked: fc.boolean() }),
)

function roundTripped(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('a commit', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(grants, backOffs, (written, backOff) => {
        const found = readStored(describeGrant(written, backOff), NOW)
        expect(found).toEqual({ is: 'grant', grant: written, backOff })
      }),
    )
  })

  it('stores the tokens as raw strings and the user as JSON, as the apps always did', () => {
    expect(stored).toMatchObject({ access: 'A1', refresh: 'R1', user: '{"name":"Ada"}' })
  })

  it('names no token in its record', () => {
    const { record } = describeGrant(
      { ...grant, accessToken: 'canary-access', refreshToken: 'canary-refresh' },
      null,
    )
    expect(record).not.toContain('canary')
  })

  it('does not know the age of tokens that were received in the future: the clock was set back', () => {
    const later = describeGrant({ ...grant, receivedAt: NOW + 3_600_000 }, null)
    expect(grantIn(readStored(later, NOW))?.lifetime).toBeNull()
    const rounding = describeGrant({ ...grant, receivedAt: NOW + 500 }, null)
    expect(grantIn(readStored(rounding, NOW))?.lifetime).toBe(3_600_000)
  })
})

describe('tokens that no record describes', () => {
  it('are tokens of unknown age, and of one identity for every tab', () => {
    const found = readStored({ ...nothing, access: 'A1', refresh: 'R1', user: '{"id":1}' }, NOW)
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
    expect(readStored({ ...nothing, access: 'A1', refresh: 'R1' }, NOW + 5)).toMatchObject({
      grant: { identity: grantIn(found)?.identity },
    })
  })

  it('belong to the session that they say they belong to', () => {
    const payload = Buffer.from('{"sid":"s7","iat":1,"exp":61}').toString('base64url')
    const found = readStored({ ...nothing, access: `a.${payload}.c` }, NOW)
    // Its `exp` says nothing here: when it came is not known, and this clock is not the server's.
    expect(grantIn(found)).toMatchObject({ identity: 's7', sessionId: 's7', lifetime: null })
  })

  it('have to be spent at once where only the refresh token is there', () => {
    const found = readStored({ ...nothing, refresh: 'R1' }, NOW)
    expect(grantIn(found)).toMatchObject({ accessToken: null, lifetime: 0 })
  })

  it.each<Partial<StoredStrings>>([
    { access: 'A2' },
    { refresh: 'R2' },
    { refresh: null },
    { record: null },
    { record: '' },
    { record: 'undefined' },
    { record: 'null' },
    { record: '[]' },
    { record: stored.record?.slice(0, 40) ?? '' },
    { record: stored.record?.replace('"v":1', '"v":2') ?? '' },
    { record: stored.record?.replace('"revision":3', '"revision":"3"') ?? '' },
    { record: stored.record?.replace('"revision":3', '"revision":-3') ?? '' },
    { record: stored.record?.replace('"identity":"s1"', '"identity":""') ?? '' },
  ])('are what is found after a torn, foreign or damaged commit: %j', damage => {
    const found = grantIn(readStored({ ...stored, ...damage }, NOW))
    expect(found).toMatchObject({ revision: 0, accessToken: damage.access ?? 'A1' })
  })
})

describe('an ending', () => {
  const ending = { identity: 's1', reason: 'logout' } as const
  const record = describeEnding(grant, ending)

  it('is nothing, and says which session ended and why', () => {
    expect(readStored({ ...nothing, record }, NOW)).toEqual({ is: 'nothing', ended: ending })
  })

  it.each<Partial<StoredStrings>>([
    { access: 'A1', refresh: 'R1' },
    { refresh: 'R1' },
    { access: 'A1', user: '{}' },
  ])('makes left-overs of the tokens that outlive it by a moment: %j', left => {
    expect(readStored({ ...nothing, ...left, record }, NOW)).toMatchObject({ is: 'nothing' })
  })

  it('does not stand in the way of other tokens', () => {
    expect(readStored({ ...nothing, access: 'A9', record }, NOW)).toMatchObject({
      is: 'grant',
      grant: { accessToken: 'A9', revision: 0 },
    })
  })

  it('names no user and no token', () => {
    expect(record).not.toMatch(/Ada|A1|R1/)
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
      fc.property(text, text, text, text, (access, refresh, user, record) => {
        const found = readStored({ access, refresh, user, record }, NOW)
        if (found.is === 'nothing') return
        const { accessToken, refreshToken, identity } = found.grant
        expect(accessToken === null || isToken(accessToken)).toBe(true)
        expect(refreshToken === null || isToken(refreshToken)).toBe(true)
        expect(accessToken ?? refreshToken).not.toBeNull()
        expect(identity).not.toBe('')
      }),
      { numRuns: 2_000 },
    )
  })
})
