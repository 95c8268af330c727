import { describe, expect, it } from 'vitest'
import type { Detail, Entry } from '../log/entry.ts'
import { lanesOf, marksOf } from './marks.ts'

const about = { app: 'x1', session: 's1' }

/** A log of one tab, an entry each ten milliseconds. */
function logOf(tab: string, ...details: Detail[]): Entry[] {
  return details.map((detail, n) => ({ ...detail, tab, n, at: n * 10 }))
}

function state(refresh: 'idle' | 'pending' | 'backing-off'): Detail {
  const held = {
    status: 'authenticated',
    persistence: 'local',
    reason: null,
    expiresAt: 500,
  } as const
  return { ...about, ...held, what: 'state', refresh }
}

function kinds(entries: readonly Entry[], now = 1_000): [string, number, number][] {
  return marksOf(entries, now).map(({ kind, from, to }) => [kind, from, to])
}

describe('the marks of a timeline', () => {
  it.each([
    ['granted', { ...about, what: 'refreshed', by: 'this-tab' }],
    ['adopted', { ...about, what: 'refreshed', by: 'another-tab' }],
    [
      'unreachable',
      { ...about, what: 'unreachable', cause: 'too-slow', status: null, retryAfter: 9 },
    ],
  ] satisfies [string, Detail][])('show a refresh as %s', (kind, outcome) => {
    const log = logOf('t1', state('pending'), state('idle'), outcome)
    expect(kinds(log)).toEqual([[kind, 0, 20]])
  })

  it('show a refresh that was denied, and the sign-out that came of it', () => {
    const ended = { ...about, what: 'signed-out', reason: 'revoked', by: 'this-tab' } as const
    const log = logOf('t1', state('pending'), state('idle'), ended)
    expect(kinds(log)).toEqual([
      ['denied', 0, 20],
      ['signed-out', 20, 20],
    ])
    expect(marksOf(log, 1_000)[0]?.text).toBe('refresh denied after 20 ms: revoked')
  })

  it('show a refresh that is under way up to now', () => {
    expect(kinds(logOf('t1', state('pending')), 700)).toEqual([['pending', 0, 700]])
  })

  it('show two refreshes, though nobody saw the state between them', () => {
    const granted = { ...about, what: 'refreshed', by: 'this-tab' } as const
    const log = logOf('t1', state('pending'), granted, state('idle'), granted)
    expect(kinds(log)).toEqual([
      ['granted', 0, 10],
      ['granted', 10, 30],
    ])
  })

  it('show a token that was taken up without a refresh of one’s own', () => {
    const log = logOf('t1', state('idle'), { ...about, what: 'refreshed', by: 'another-tab' })
    expect(kinds(log)).toEqual([['adopted', 10, 10]])
  })

  it('show for how long requests waited, and when nothing ran', () => {
    const log = logOf(
      't1',
      { ...about, what: 'waiting', count: 3 },
      { ...about, what: 'waited', count: 3, ms: 8, failed: 1 },
      { what: 'page', is: 'stopped', ms: 15 },
    )
    expect(kinds(log)).toEqual([
      ['wait', 2, 10],
      ['page', 5, 20],
    ])
  })

  it('stand in a row for each app of each tab, this tab’s first', () => {
    const entries = [...logOf('t1', state('idle')), ...logOf('t2', state('idle'))]
    expect(lanesOf(entries, 't2')).toEqual([
      { tab: 't2', app: 'x1' },
      { tab: 't1', app: 'x1' },
    ])
  })
})
