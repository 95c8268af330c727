import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type BackOff, backOffAfter } from './back-off.ts'

const NOW = 1_000_000

function pauses(jitter: number, count: number): number[] {
  let backOff: BackOff | null = null
  return Array.from({ length: count }, () => {
    backOff = backOffAfter(backOff, NOW, null, jitter)
    return backOff.until - NOW
  })
}

it('doubles from four seconds to a minute, at least half of it for sure', () => {
  expect(pauses(0, 6)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  expect(pauses(1, 6)).toEqual([4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
})

it('waits in full for what the server asked for, up to an hour', () => {
  expect(backOffAfter(null, NOW, 20_000, 0).until).toBe(NOW + 20_000)
  expect(backOffAfter(null, NOW, 1e15, 0).until).toBe(NOW + 3_600_000)
  expect(backOffAfter(null, NOW, 0, 0).until).toBe(NOW + 2_000)
  expect(backOffAfter(null, NOW, Number.NaN, 0).until).toBe(NOW + 2_000)
})

it('stays between two seconds and an hour and a half minute, after any number of failures', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.option(fc.double({ min: 0, noNaN: true })),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, retryAfter, jitter) => {
        const { since, until } = backOffAfter(
          { failures, since: 0, until: 0, isAsked: false },
          NOW,
          retryAfter,
          jitter,
        )
        expect(since).toBe(NOW)
        expect(until - NOW).toBeGreaterThanOrEqual(2_000)
        expect(until - NOW).toBeLessThanOrEqual(3_630_000)
      },
    ),
  )
})

it.each([
  [20_000, true],
  [1, true],
  [0, false],
  [null, false],
])('says whether the server asked for the pause: %j, %j', (retryAfter, isAsked) => {
  expect(backOffAfter(null, NOW, retryAfter, 0).isAsked).toBe(isAsked)
})

it('goes on as long as was asked for where somebody insists in vain, and stays asked for', () => {
  const asked = backOffAfter(null, NOW, 20_000, 0)
  expect(backOffAfter(asked, NOW + 1_000, null, 0)).toEqual({
    failures: 2,
    since: NOW + 1_000,
    until: NOW + 20_000,
    isAsked: true,
  })
  expect(backOffAfter(asked, NOW + 19_000, null, 0)).toMatchObject({
    until: NOW + 23_000,
    isAsked: true,
  })
  expect(backOffAfter(asked, NOW + 20_000, null, 0).isAsked).toBe(false)
})
