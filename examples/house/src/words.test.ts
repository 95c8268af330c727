import type { SessionState } from '@tabkeeper/core'
import { expect, it } from 'vitest'
import { since } from './format.ts'
import { expiryInWords, remaining } from './remaining.ts'
import { refreshInWords, sessionInWords } from './session-in-words.ts'

it.each([
  [245_000, '4:05'],
  [60_000, '1:00'],
  [59_001, '1:00'],
  [1, '0:01'],
  [0, null],
  [-5_000, null],
])('shows %d ms that remain as %s', (left, shown) => {
  expect(remaining(1_000_000 + left, 1_000_000)).toBe(shown)
})

it('says what happens to a token that is over', () => {
  expect(expiryInWords(5_000, 5_000)).toBe('expired, renewed with the next request')
})

it.each([
  ['00:00:30', 'just now'],
  ['00:07:59', '7 min'],
  ['02:00:00', '2 h'],
  ['02:05:00', '2 h 5 min'],
])('tells a wait of %s as %s', (time, words) => {
  expect(since('2026-01-01T00:00:00Z', Date.parse(`2026-01-01T${time}Z`))).toBe(words)
})

it('says how a session is doing and where it is kept', () => {
  const state: SessionState = {
    status: 'authenticated',
    user: null,
    sessionId: null,
    expiresAt: null,
    refresh: 'backing-off',
    persistence: 'tab',
  }
  expect(sessionInWords(state)).toBe('authenticated · kept in this tab')
  expect(refreshInWords(state)).toBe('backing off')
  expect(refreshInWords({ ...state, refresh: 'idle' })).toBe('')
  expect(sessionInWords({ status: 'loading' })).toBe('loading')
})
