import { describe, expect, it } from 'vitest'
import { fitting, MINUTE, panned, showing, ticksIn, windowOf, zoomed } from './view.ts'

const NOW = 1_000_000

describe('a view of the time', () => {
  it('follows what happens', () => {
    expect(windowOf(MINUTE, NOW)).toEqual({ from: NOW - 60_000, to: NOW })
    expect(windowOf(MINUTE, NOW + 5)).toEqual({ from: NOW - 59_995, to: NOW + 5 })
  })

  it('comes closer around a moment, which stays where it is', () => {
    const closer = windowOf(zoomed(MINUTE, 0.5, NOW - 30_000, NOW), NOW)
    expect(closer).toEqual({ from: NOW - 45_000, to: NOW - 15_000 })
  })

  it('goes on following when it comes closer to now', () => {
    expect(zoomed(MINUTE, 0.5, null, NOW)).toEqual({ span: 30_000, end: null })
  })

  it('has a bound on either side', () => {
    expect(zoomed(MINUTE, 1e-9, null, NOW).span).toBe(200)
    expect(zoomed(MINUTE, 1e9, null, NOW).span).toBe(24 * 3_600_000)
  })

  it('goes back, and follows again when it is back', () => {
    const before = panned(MINUTE, -10_000, NOW)
    expect(windowOf(before, NOW + 5_000).to).toBe(NOW - 10_000)
    expect(panned(before, 10_000, NOW)).toEqual(MINUTE)
  })

  it('shows what was chosen, and stays where it is if it does already', () => {
    const near = { from: NOW - 20_000, to: NOW - 19_000 }
    expect(showing(MINUTE, near, NOW)).toBe(MINUTE)
    const far = { from: NOW - 500_000, to: NOW - 400_000 }
    const { from, to } = windowOf(showing(MINUTE, far, NOW), NOW)
    expect(from).toBeLessThanOrEqual(far.from)
    expect(to).toBeGreaterThanOrEqual(far.to)
  })

  it('shows everything', () => {
    expect(windowOf(fitting(NOW - 100_000, NOW), NOW).from).toBeLessThan(NOW - 100_000)
  })

  it.each([200, 1_000, 9_999, 60_000, 3_600_000, 86_400_000])(
    'has a few round moments in %i ms',
    span => {
      const ticks = ticksIn({ from: NOW - span, to: NOW })
      expect(ticks.length).toBeGreaterThan(1)
      expect(ticks.length).toBeLessThan(8)
    },
  )
})
