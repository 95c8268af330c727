import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BackOff } from '../tokens/back-off.ts'
import type { Found } from '../tokens/commit-record.ts'
import type { Grant } from '../tokens/grant.ts'
import type { RefreshPolicy } from '../tokens/lifetime.ts'
import type { SessionEvent } from './event.ts'
import type { State } from './state.ts'
import { isCooling, transition, wakeAt } from './transition.ts'

const NOW = 1_000_000
const HOUR = 3_600_000
const policy: RefreshPolicy = { refreshAhead: 300_000, leeway: 10_000, keepAlive: false }

function grantOf(parts: Partial<Grant> = {}): Grant {
  return {
    accessToken: 'A1',
    refreshToken: 'R1',
    user: { name: 'Ada' },
    sessionId: 's1',
    identity: 's1',
    revision: 1,
    receivedAt: NOW,
    lifetime: HOUR,
    afterRefusal: false,
    ...parts,
  }
}

const held = grantOf()
const over = grantOf({ receivedAt: NOW - HOUR })
const due = grantOf({ receivedAt: NOW - HOUR + 200_000 })
const unrefreshable = grantOf({ refreshToken: null, receivedAt: NOW - HOUR })
const newer = grantOf({ accessToken: 'A2', refreshToken: 'R2', revision: 2 })
const other = grantOf({ accessToken: 'B1', refreshToken: 'S1', identity: 's2', sessionId: 's2' })
const cooling: BackOff = { failures: 1, since: NOW, until: NOW + 5_000, isAsked: false }
const asked: BackOff = { ...cooling, isAsked: true }

const loading: State = { is: 'loading' }
const unauthenticated: State = { is: 'unauthenticated', reason: 'none', ended: null }
const afterLogout: State = { is: 'unauthenticated', reason: 'logout', ended: 's1' }
const authenticated = (grant: Grant, backOff: BackOff | null = null): State => ({
  is: 'authenticated',
  grant,
  backOff,
})
const refreshing = (grant: Grant, because: 'need' | 'refusal' = 'need'): State => ({
  is: 'refreshing',
  grant,
  backOff: null,
  because,
})

const nothing: Found = { is: 'nothing', ended: null }
const foundEnded = (identity: string): Found => ({
  is: 'nothing',
  ended: { identity, reason: 'logout' },
})
const found = (grant: Grant, backOff: BackOff | null = null): Found => ({
  is: 'grant',
  grant,
  backOff,
})

const need: SessionEvent = { type: 'token-needed', minValidity: 0 }
const refused = (accessToken = 'A1'): SessionEvent => ({ type: 'token-refused', accessToken })
const granted = (spent: Grant, grant: Grant): SessionEvent => ({
  type: 'refresh-granted',
  spent,
  grant,
})
const denied = (spent: Grant): SessionEvent => ({
  type: 'refresh-denied',
  spent,
  reason: 'revoked',
})
const unreachable = (spent: Grant, backOff: BackOff | null = null): SessionEvent => ({
  type: 'refresh-unreachable',
  spent,
  retryAfter: null,
  jitter: 0,
  backOff,
  cause: null,
})
const stored = (what: Found): SessionEvent => ({ type: 'store-changed', found: what })
const signedOut: SessionEvent = { type: 'signed-out', told: false }

type Row = [
  name: string,
  state: State,
  event: SessionEvent,
  next: State | 'same',
  effects: readonly string[],
]

const ended = (reason: string, identity: string | null = 's1') => ({
  is: 'unauthenticated',
  reason,
  ended: identity,
})

// Every state with every event; where a cell of the table has conditions, a row for each.
const table: Row[] = [
  // restored
  [
    'loading · restored nothing',
    loading,
    { type: 'restored', found: nothing },
    ended('none', null) as State,
    [],
  ],
  [
    'loading · restored tokens',
    loading,
    { type: 'restored', found: found(held) },
    authenticated(held),
    [],
  ],
  [
    'loading · restored over',
    loading,
    { type: 'restored', found: found(over) },
    refreshing(over),
    ['refresh'],
  ],
  [
    'loading · restored over, pausing: opening the page is worth an attempt',
    loading,
    { type: 'restored', found: found(over, cooling) },
    refreshing(over),
    ['refresh'],
  ],
  [
    'loading · restored over, pausing because the server asked for it',
    loading,
    { type: 'restored', found: found(over, asked) },
    authenticated(over, asked),
    [],
  ],
  [
    'loading · restored over for good',
    loading,
    { type: 'restored', found: found(unrefreshable) },
    ended('expired') as State,
    ['erase'],
  ],
  [
    'unauthenticated · restored',
    unauthenticated,
    { type: 'restored', found: found(held) },
    'same',
    [],
  ],
  [
    'authenticated · restored',
    authenticated(held),
    { type: 'restored', found: nothing },
    'same',
    [],
  ],
  ['refreshing · restored', refreshing(held), { type: 'restored', found: nothing }, 'same', []],
  // signed-in
  [
    'loading · signed-in',
    loading,
    { type: 'signed-in', grant: held },
    authenticated(held),
    ['write'],
  ],
  [
    'unauthenticated · signed-in',
    afterLogout,
    { type: 'signed-in', grant: held },
    authenticated(held),
    ['write'],
  ],
  [
    'authenticated · signed-in',
    authenticated(held, cooling),
    { type: 'signed-in', grant: other },
    authenticated(other),
    ['write'],
  ],
  [
    'authenticated · signed-in again with the same tokens',
    authenticated(held),
    { type: 'signed-in', grant: held },
    'same',
    [],
  ],
  [
    'authenticated · signed-in to the same session',
    authenticated(newer),
    { type: 'signed-in', grant: { ...held, accessToken: 'A3' } },
    authenticated({ ...held, accessToken: 'A3', revision: 3 }),
    ['write'],
  ],
  [
    'refreshing · signed-in',
    refreshing(held),
    { type: 'signed-in', grant: other },
    authenticated(other),
    ['abandon', 'write'],
  ],
  // signed-out
  ['loading · signed-out', loading, signedOut, 'same', []],
  ['unauthenticated · signed-out', unauthenticated, signedOut, 'same', []],
  [
    'authenticated · signed-out',
    authenticated(held),
    signedOut,
    ended('logout') as State,
    ['erase', 'revoke'],
  ],
  [
    'authenticated · signed-out, told',
    authenticated(held),
    { type: 'signed-out', told: true },
    ended('logout') as State,
    ['erase'],
  ],
  [
    'refreshing · signed-out',
    refreshing(held),
    signedOut,
    ended('logout') as State,
    ['abandon', 'erase', 'revoke'],
  ],
  // token-needed
  ['loading · token-needed', loading, need, 'same', []],
  ['unauthenticated · token-needed', unauthenticated, need, 'same', []],
  ['authenticated · token-needed, fresh', authenticated(held), need, 'same', []],
  ['authenticated · token-needed, due', authenticated(due), need, refreshing(due), ['refresh']],
  ['authenticated · token-needed, due and pausing', authenticated(due, cooling), need, 'same', []],
  [
    'authenticated · token-needed, too short',
    authenticated(held),
    { type: 'token-needed', minValidity: HOUR },
    'same',
    [],
  ],
  ['authenticated · token-needed, over', authenticated(over), need, refreshing(over), ['refresh']],
  [
    'authenticated · token-needed, over for good',
    authenticated(unrefreshable),
    need,
    ended('expired') as State,
    ['erase'],
  ],
  ['refreshing · token-needed', refreshing(over), need, 'same', []],
  // refresh-requested
  ['loading · refresh-requested', loading, { type: 'refresh-requested' }, 'same', []],
  [
    'unauthenticated · refresh-requested',
    unauthenticated,
    { type: 'refresh-requested' },
    'same',
    [],
  ],
  [
    'authenticated · refresh-requested',
    authenticated(held),
    { type: 'refresh-requested' },
    refreshing(held),
    ['refresh'],
  ],
  [
    'authenticated · refresh-requested without a refresh token',
    authenticated(unrefreshable),
    { type: 'refresh-requested' },
    'same',
    [],
  ],
  ['refreshing · refresh-requested', refreshing(held), { type: 'refresh-requested' }, 'same', []],
  // token-refused
  ['loading · token-refused', loading, refused(), 'same', []],
  ['unauthenticated · token-refused', unauthenticated, refused(), 'same', []],
  [
    'authenticated · token-refused',
    authenticated(held),
    refused(),
    refreshing(held, 'refusal'),
    ['refresh'],
  ],
  ['authenticated · token-refused, older', authenticated(newer), refused('A1'), 'same', []],
  ['authenticated · token-refused, pausing', authenticated(held, cooling), refused(), 'same', []],
  [
    'authenticated · token-refused, fetched because of a refusal',
    authenticated({ ...held, afterRefusal: true }),
    refused(),
    'same',
    [],
  ],
  [
    'authenticated · token-refused, no refresh token',
    authenticated(unrefreshable),
    refused(),
    'same',
    [],
  ],
  ['refreshing · token-refused', refreshing(held), refused(), 'same', []],
  // came-online
  ['loading · came-online', loading, { type: 'came-online' }, 'same', []],
  ['unauthenticated · came-online', unauthenticated, { type: 'came-online' }, 'same', []],
  ['authenticated · came-online', authenticated(over), { type: 'came-online' }, 'same', []],
  [
    'authenticated · came-online, pausing because the server asked for it',
    authenticated(over, asked),
    { type: 'came-online' },
    'same',
    [],
  ],
  [
    'authenticated · came-online, pausing and over',
    authenticated(over, cooling),
    { type: 'came-online' },
    refreshing(over),
    ['refresh'],
  ],
  [
    'authenticated · came-online, pausing and fresh',
    authenticated(held, cooling),
    { type: 'came-online' },
    authenticated(held),
    [],
  ],
  ['refreshing · came-online', refreshing(held), { type: 'came-online' }, 'same', []],
  // refresh-granted
  ['loading · refresh-granted', loading, granted(held, newer), 'same', ['revoke']],
  ['unauthenticated · refresh-granted', afterLogout, granted(held, newer), 'same', ['revoke']],
  [
    'authenticated · refresh-granted, same session',
    authenticated(newer),
    granted(held, newer),
    'same',
    [],
  ],
  [
    'authenticated · refresh-granted, another session',
    authenticated(other),
    granted(held, newer),
    'same',
    ['revoke'],
  ],
  [
    'refreshing · refresh-granted',
    refreshing(held),
    granted(held, newer),
    authenticated(newer),
    ['write'],
  ],
  [
    'refreshing because refused · refresh-granted',
    refreshing(held, 'refusal'),
    granted(held, newer),
    authenticated({ ...newer, afterRefusal: true }),
    ['write'],
  ],
  [
    'refreshing · refresh-granted, over on arrival',
    refreshing(held),
    granted(held, { ...newer, lifetime: 0 }),
    authenticated(
      { ...newer, lifetime: 0 },
      { failures: 1, since: NOW, until: NOW + 4_000, isAsked: false },
    ),
    ['write', 'pause'],
  ],
  [
    'refreshing · refresh-granted, another flight',
    refreshing(other),
    granted(held, newer),
    'same',
    ['revoke'],
  ],
  // refresh-denied
  ['loading · refresh-denied', loading, denied(held), 'same', []],
  ['unauthenticated · refresh-denied', unauthenticated, denied(held), 'same', []],
  ['authenticated · refresh-denied', authenticated(held), denied(held), 'same', []],
  [
    'refreshing · refresh-denied',
    refreshing(held),
    denied(held),
    ended('revoked') as State,
    ['erase'],
  ],
  ['refreshing · refresh-denied, another flight', refreshing(newer), denied(held), 'same', []],
  // refresh-unreachable
  ['loading · refresh-unreachable', loading, unreachable(held), 'same', []],
  ['unauthenticated · refresh-unreachable', unauthenticated, unreachable(held), 'same', []],
  ['authenticated · refresh-unreachable', authenticated(held), unreachable(held), 'same', []],
  [
    'refreshing · refresh-unreachable',
    refreshing(held),
    unreachable(held),
    authenticated(held, { failures: 1, since: NOW, until: NOW + 2_000, isAsked: false }),
    ['pause'],
  ],
  [
    'refreshing, while another tab pauses for longer · refresh-unreachable',
    { ...refreshing(held), backOff: { ...asked, until: NOW + HOUR } } as State,
    unreachable(held),
    authenticated(held, { ...asked, failures: 2, until: NOW + HOUR }),
    ['pause'],
  ],
  [
    'refreshing · refresh-unreachable, in another tab',
    refreshing(held),
    unreachable(held, cooling),
    authenticated(held, cooling),
    [],
  ],
  [
    'refreshing · refresh-unreachable, another flight',
    refreshing(newer),
    unreachable(held),
    'same',
    [],
  ],
  // store-changed: nothing
  ['loading · store-changed nothing', loading, stored(nothing), ended('none', null) as State, []],
  ['unauthenticated · store-changed nothing', unauthenticated, stored(nothing), 'same', []],
  [
    'authenticated · store-changed nothing',
    authenticated(held),
    stored(nothing),
    ended('storage-cleared', null) as State,
    [],
  ],
  [
    'authenticated · store-changed ended elsewhere',
    authenticated(held),
    stored(foundEnded('s1')),
    ended('logout-elsewhere') as State,
    [],
  ],
  [
    'authenticated · store-changed another session ended',
    authenticated(held),
    stored(foundEnded('s2')),
    ended('replaced', null) as State,
    [],
  ],
  [
    'refreshing · store-changed nothing',
    refreshing(held),
    stored(nothing),
    ended('storage-cleared', null) as State,
    ['abandon'],
  ],
  [
    'refreshing · store-changed ended elsewhere',
    refreshing(held),
    stored(foundEnded('s1')),
    ended('logout-elsewhere') as State,
    ['abandon'],
  ],
  // store-changed: tokens
  ['loading · store-changed tokens', loading, stored(found(held)), authenticated(held), []],
  [
    'unauthenticated · store-changed tokens',
    unauthenticated,
    stored(found(held)),
    authenticated(held),
    [],
  ],
  [
    'unauthenticated · store-changed tokens of the session that ended',
    afterLogout,
    stored(found(newer)),
    'same',
    ['erase'],
  ],
  [
    'authenticated · store-changed newer',
    authenticated(held),
    stored(found(newer)),
    authenticated(newer),
    [],
  ],
  ['authenticated · store-changed older', authenticated(newer), stored(found(held)), 'same', []],
  [
    'authenticated · store-changed foreign',
    authenticated(newer),
    stored(found({ ...held, revision: 0 })),
    authenticated({ ...held, revision: 0 }),
    [],
  ],
  [
    'authenticated · store-changed another session',
    authenticated(held),
    stored(found(other)),
    authenticated(other),
    [],
  ],
  [
    'authenticated · store-changed same',
    authenticated(held),
    stored(found({ ...held })),
    'same',
    [],
  ],
  [
    'authenticated · store-changed same, pausing',
    authenticated(held),
    stored(found({ ...held }, cooling)),
    authenticated(held, cooling),
    [],
  ],
  [
    'refreshing · store-changed newer',
    refreshing(held),
    stored(found(newer)),
    authenticated(newer),
    ['abandon'],
  ],
  ['refreshing · store-changed older', refreshing(newer), stored(found(held)), 'same', []],
  ['refreshing · store-changed same', refreshing(held), stored(found({ ...held })), 'same', []],
  [
    'refreshing · store-changed as old, but other tokens: the last to write is right',
    refreshing(held),
    stored(found(grantOf({ accessToken: 'A1b' }))),
    authenticated(grantOf({ accessToken: 'A1b' })),
    ['abandon'],
  ],
  [
    'authenticated · store-changed same, with the pause that it has',
    authenticated(held, cooling),
    stored(found({ ...held }, { ...cooling, failures: 2 })),
    'same',
    [],
  ],
  [
    'authenticated · store-changed same, with a shorter pause',
    authenticated(held, cooling),
    stored(found({ ...held }, { ...cooling, until: cooling.until - 1 })),
    'same',
    [],
  ],
  [
    'refreshing · store-changed same, pausing',
    refreshing(held),
    stored(found({ ...held }, cooling)),
    { ...refreshing(held), backOff: cooling } as State,
    [],
  ],
  [
    'authenticated, pausing since a time that is not yet · store-changed same, pausing',
    authenticated(held, { ...cooling, since: NOW + HOUR, until: NOW + 2 * HOUR }),
    stored(found({ ...held }, cooling)),
    authenticated(held, cooling),
    [],
  ],
]

describe('transition', () => {
  it.each(table)('%s', (_name, state, event, next, effects) => {
    const step = transition(state, event, NOW, policy)
    if (next === 'same') expect(step.state).toBe(state)
    else expect(step.state).toEqual(next)
    expect(step.effects.map(effect => effect.do)).toEqual(effects)
  })

  it('has a row for every state with every event', () => {
    const kinds = new Set(table.map(([, state, event]) => `${state.is} ${event.type}`))
    expect(kinds.size).toBe(4 * 11)
  })
})

describe('at the very moment', () => {
  // Lives an hour: due from 300 s, over from 10 s before its end.
  const dueAt = held.receivedAt + HOUR - 300_000
  const overAt = held.receivedAt + HOUR - 10_000
  const fetchedAfterRefusal = grantOf({ afterRefusal: true, receivedAt: NOW })
  const refusalPauseEnds = NOW + 60_000

  it.each<[name: string, state: State, event: SessionEvent, at: number, starts: boolean]>([
    [
      'a token found is not over yet',
      loading,
      { type: 'restored', found: found(held) },
      overAt - 1,
      false,
    ],
    ['a token found is over', loading, { type: 'restored', found: found(held) }, overAt, true],
    ['a token held is not due yet', authenticated(held), need, dueAt - 1, false],
    ['a token held is due', authenticated(held), need, dueAt, true],
    [
      'the network is back, nothing due',
      authenticated(held, cooling),
      { type: 'came-online' },
      dueAt - 1,
      false,
    ],
    [
      'the network is back, a token due',
      authenticated(held, cooling),
      { type: 'came-online' },
      dueAt,
      true,
    ],
    [
      'a new token is refused again',
      authenticated(fetchedAfterRefusal),
      refused(),
      refusalPauseEnds - 1,
      false,
    ],
    [
      'a token is refused after its pause',
      authenticated(fetchedAfterRefusal),
      refused(),
      refusalPauseEnds,
      true,
    ],
  ])('%s', (_name, state, event, at, starts) => {
    expect(transition(state, event, at, policy).state.is === 'refreshing').toBe(starts)
  })

  it.each([
    ['a second before it began (clocks of tabs differ)', cooling.since - 1_000, true],
    ['longer before it began (somebody set the clock back)', cooling.since - 1_001, false],
    ['just before its end', cooling.until - 1, true],
    ['at its end', cooling.until, false],
  ])('a pause counts %s: %d, %s', (_name, at, counts) => {
    expect(isCooling(authenticated(held, cooling), at)).toBe(counts)
  })
})

it.each([
  ['as long, and asked for by the server', { isAsked: true }, true],
  ['as long, and another tab’s own', { since: cooling.since + 1 }, false],
  ['shorter, and asked for', { isAsked: true, until: cooling.until - 1 }, false],
  ['longer', { until: cooling.until + 1 }, true],
])('takes over a pause that is %s: %j, %s', (_name, difference, isTaken) => {
  const theirs = { ...cooling, ...difference }
  for (const state of [authenticated(held, cooling), { ...refreshing(held), backOff: cooling }]) {
    const next = transition(state, stored(found(held, theirs)), NOW, policy).state
    expect(next).toEqual(isTaken ? { ...state, backOff: theirs } : state)
  }
})

it('wakes nobody for a token that lives for ever', () => {
  const endless = authenticated(grantOf({ lifetime: null, refreshToken: null }))
  expect(wakeAt(endless, policy)).toBeNull()
})

it.each([
  [null, false],
  [1_001, false],
  [1_000, true],
  [0, true],
])('pauses after a grant that lives %j ms: %j', (lifetime, pauses) => {
  const next = grantOf({ accessToken: 'A2', lifetime })
  const { state } = transition(refreshing(held), granted(held, next), NOW, policy)
  expect(isCooling(state, NOW)).toBe(pauses)
})

it('keeps a token that cannot be refreshed until it is over', () => {
  const last = authenticated(grantOf({ refreshToken: null }))
  const overAt = NOW + HOUR - 10_000
  expect(transition(last, need, overAt - 1, policy).state).toBe(last)
  expect(transition(last, need, overAt, policy).state).toEqual(ended('expired'))
})

it.each([
  ['logout', 'logout-elsewhere'],
  ['expired', 'expired'],
  ['revoked', 'revoked'],
] as const)('shows the reason of another tab: %s as %s', (reason, shown) => {
  const elsewhere = stored({ is: 'nothing', ended: { identity: 's1', reason } })
  expect(transition(authenticated(held), elsewhere, NOW, policy).state).toEqual(ended(shown))
})

it.each([
  ['a later commit without a pause ends it', cooling, 2, null],
  ['the very commit without a pause says nothing new', cooling, 1, cooling],
  ['an earlier commit says nothing', cooling, 0, cooling],
  ['where there is no pause, none ends', null, 2, null],
])('the same token in storage: %s', (_name, mine, revision, backOff) => {
  const same = stored(found(grantOf({ revision })))
  const before = authenticated(held, mine)
  const { state } = transition(before, same, NOW, policy)
  if (backOff === mine) expect(state).toBe(before)
  else expect(state).toEqual(authenticated(grantOf({ revision }), backOff))
})

it('takes another session up though it counts fewer commits', () => {
  const { state } = transition(authenticated(newer), stored(found(other)), NOW, policy)
  expect(state).toEqual(authenticated(other))
})

const tokens = fc.constantFrom(held, over, due, unrefreshable, newer, other)
const longPause: BackOff = { failures: 3, since: NOW - 2 * HOUR, until: NOW + HOUR, isAsked: false }
const pauses = fc.constantFrom(null, asked, cooling, longPause)
const states: fc.Arbitrary<State> = fc.oneof(
  fc.constantFrom(loading, unauthenticated, afterLogout),
  fc.tuple(tokens, pauses).map(([grant, pause]) => authenticated(grant, pause)),
  fc
    .tuple(tokens, fc.constantFrom('need', 'refusal'))
    .map(([grant, why]) => refreshing(grant, why)),
)
const finds: fc.Arbitrary<Found> = fc.oneof(
  fc.constantFrom(nothing, foundEnded('s1'), foundEnded('s2')),
  fc.tuple(tokens, pauses).map(([grant, pause]) => found(grant, pause)),
)
const events: fc.Arbitrary<SessionEvent> = fc.oneof(
  finds.map(what => ({ type: 'restored', found: what }) as const),
  finds.map(stored),
  tokens.map(grant => ({ type: 'signed-in', grant }) as const),
  fc.boolean().map(told => ({ type: 'signed-out', told }) as const),
  fc.nat(2 * HOUR).map(minValidity => ({ type: 'token-needed', minValidity }) as const),
  fc.constantFrom<SessionEvent>({ type: 'refresh-requested' }, { type: 'came-online' }),
  fc.constantFrom('A1', 'A2', 'B1').map(refused),
  fc.tuple(tokens, tokens).map(([spent, grant]) => granted(spent, grant)),
  tokens.map(denied),
  fc.tuple(tokens, pauses).map(([spent, pause]) => unreachable(spent, pause)),
)
const times = fc.integer({ min: NOW - 2 * HOUR, max: NOW + 2 * HOUR })

/** Checks a claim over states, events and times, and that the claim was put to the test often enough. */
function always(claim: (before: State, event: SessionEvent, now: number) => boolean): void {
  let met = 0
  fc.assert(
    fc.property(states, events, times, (before, event, now) => {
      if (claim(before, event, now)) met++
    }),
    { numRuns: 5_000 },
  )
  expect(met).toBeGreaterThan(20)
}

describe('every transition', () => {
  const step = (state: State, event: SessionEvent, now: number) =>
    transition(state, event, now, policy)

  it('starts a flight exactly when it enters refreshing', () => {
    always((before, event, now) => {
      const { state, effects } = step(before, event, now)
      const starts = effects.filter(effect => effect.do === 'refresh').length
      const enters = state.is === 'refreshing' && before.is !== 'refreshing'
      expect(starts).toBe(enters ? 1 : 0)
      return enters
    })
  })

  it('never exchanges the grant of a flight without leaving refreshing', () => {
    always((before, event, now) => {
      const { state } = step(before, event, now)
      if (before.is !== 'refreshing' || state.is !== 'refreshing') return false
      expect(state.grant).toBe(before.grant)
      return true
    })
  })

  it('keeps the session unless the user, the server, the store or time ended it', () => {
    const mayEnd = new Set([
      'signed-out',
      'refresh-denied',
      'store-changed',
      'token-needed',
      'restored',
    ])
    always((before, event, now) => {
      const { state } = step(before, event, now)
      if (before.is === 'unauthenticated' || state.is !== 'unauthenticated') return false
      expect(mayEnd).toContain(event.type)
      return true
    })
  })

  it('erases whenever this tab ends a session, and only then or when an ended one comes back', () => {
    always((before, event, now) => {
      const { state, effects } = step(before, event, now)
      if (!effects.some(effect => effect.do === 'erase')) return false
      expect(state.is).toBe('unauthenticated')
      return true
    })
  })

  it('writes nothing that it adopted', () => {
    always((before, event, now) => {
      if (event.type !== 'store-changed') return false
      const effects = step(before, event, now).effects.map(effect => effect.do)
      expect(effects).not.toContain('write')
      expect(effects).not.toContain('pause')
      return true
    })
  })

  it('never takes up a session again that ended here', () => {
    always((before, event, now) => {
      if (before.is !== 'unauthenticated' || before.ended === null || event.type === 'signed-in')
        return false
      const { state } = step(before, event, now)
      expect('grant' in state && state.grant.identity === before.ended).toBe(false)
      return true
    })
  })

  it('revokes only what belongs to no session that goes on', () => {
    always((before, event, now) => {
      const { state, effects } = step(before, event, now)
      const revoked = effects.find(effect => effect.do === 'revoke')
      if (revoked === undefined) return false
      expect('grant' in state && state.grant.identity === revoked.grant.identity).toBe(false)
      return true
    })
  })

  it('asks no server while it pauses, unless somebody insists', () => {
    always((before, event, now) => {
      if (!isCooling(before, now)) return false
      const starts = step(before, event, now).effects.some(effect => effect.do === 'refresh')
      if (starts) expect(['refresh-requested', 'came-online']).toContain(event.type)
      return true
    })
  })

  it('wants to be woken at a moment that changes something', () => {
    const lively: RefreshPolicy = { ...policy, keepAlive: true }
    always((before, event, now) => {
      const { state } = transition(before, event, now, lively)
      const at = wakeAt(state, lively)
      if (at === null) return false
      expect(transition(state, need, Math.max(now, at), lively).state).not.toBe(state)
      return true
    })
  })
})
