import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueAt, overAt, type RefreshPolicy, tooShortAt } from './lifetime.ts'

const policy: RefreshPolicy = { refreshAhead: 300_000, leeway: 10_000, keepAlive: false }
const span = (lifetime: number | null) => ({ receivedAt: 1000, lifetime })
const DAY = 86_400_000
const lifetimes = fc.integer({ min: 0, max: 40 * DAY })

describe('an hour', () => {
  it('is due five minutes and over ten seconds before its end', () => {
    expect(dueAt(span(3_600_000), policy)).toBe(1000 + 3_300_000)
    expect(overAt(span(3_600_000), policy)).toBe(1000 + 3_590_000)
  })
})

describe('a minute', () => {
  it('is due after four fifths and over after nine tenths', () => {
    expect(dueAt(span(60_000), policy)).toBe(1000 + 48_000)
    expect(overAt(span(60_000), policy)).toBe(1000 + 54_000)
  })
})

it('is never due nor over where nobody said how long it lives', () => {
  expect(dueAt(span(null), policy)).toBe(Number.POSITIVE_INFINITY)
  expect(overAt(span(null), policy)).toBe(Number.POSITIVE_INFINITY)
  expect(tooShortAt(span(null), policy, 1e9)).toBe(Number.POSITIVE_INFINITY)
})

it('F02: a token is good for most of its life, however short the life and long the margins', () => {
  fc.assert(
    fc.property(lifetimes, fc.nat(10 * DAY), fc.nat(10 * DAY), (lifetime, refreshAhead, leeway) => {
      const margins = { refreshAhead, leeway, keepAlive: false }
      expect(dueAt(span(lifetime), margins)).toBeGreaterThanOrEqual(1000 + lifetime * 0.8 - 1)
      expect(overAt(span(lifetime), margins)).toBeGreaterThanOrEqual(1000 + lifetime * 0.9 - 1)
      expect(overAt(span(lifetime), margins)).toBeLessThanOrEqual(1000 + lifetime)
    }),
  )
})

it('grants a wish for validity up to half of the life', () => {
  fc.assert(
    fc.property(lifetimes, fc.nat(80 * DAY), (lifetime, wish) => {
      const from = tooShortAt(span(lifetime), policy, wish)
      expect(from).toBeLessThanOrEqual(overAt(span(lifetime), policy))
      expect(from).toBeGreaterThanOrEqual(1000 + lifetime / 2)
    }),
  )
  expect(tooShortAt(span(3_600_000), policy, 600_000)).toBe(1000 + 3_000_000)
  expect(tooShortAt(span(3_600_000), policy, Number.NaN)).toBe(overAt(span(3_600_000), policy))
})
