import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

const DAY = 86_400_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('F04: rings once, at its time, however far away that is', () => {
  const clock = systemClock()
  const ring = vi.fn()
  clock.wake(clock.now() + 40 * DAY, ring)

  vi.advanceTimersByTime(40 * DAY - 1)
  expect(ring).not.toHaveBeenCalled()
  vi.advanceTimersByTime(2)
  expect(ring).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(100 * DAY)
  expect(ring).toHaveBeenCalledTimes(1)
})

it('is called off, also after it was armed anew', () => {
  const clock = systemClock()
  const ring = vi.fn()
  const cancel = clock.wake(clock.now() + 40 * DAY, ring)
  vi.advanceTimersByTime(30 * DAY)
  cancel()
  vi.advanceTimersByTime(30 * DAY)

  expect(ring).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

it('rings in a later turn for a moment that is over', () => {
  const clock = systemClock()
  const ring = vi.fn()
  clock.wake(clock.now() - 1000, ring)
  expect(ring).not.toHaveBeenCalled()
  vi.advanceTimersByTime(0)
  expect(ring).toHaveBeenCalledTimes(1)
})

it('does not run backwards when the clock is set back, and does not miss a sleep', () => {
  const clock = systemClock()
  const before = clock.now()
  vi.setSystemTime(Date.now() - DAY)
  expect(clock.now()).toBeGreaterThanOrEqual(before)
  // `performance` stands still while the device sleeps, `Date` does not.
  vi.setSystemTime(before + DAY)
  expect(clock.now()).toBeGreaterThanOrEqual(before + DAY)
})

it('does not run backwards when a clock that was ahead is set right, and rings all the same', () => {
  const clock = systemClock()
  vi.setSystemTime(Date.now() + DAY)
  const ahead = clock.now()
  const ring = vi.fn()
  clock.wake(ahead + 1000, ring)

  vi.setSystemTime(Date.now() - DAY)

  expect(clock.now()).toBeGreaterThanOrEqual(ahead)
  vi.advanceTimersByTime(1001)
  expect(ring).toHaveBeenCalledTimes(1)
})

it('asks `performance`, which is slow to answer, once a second', () => {
  const clock = systemClock()
  const steady = vi.spyOn(performance, 'now')
  for (let i = 0; i < 999; i++) {
    clock.now()
    vi.advanceTimersByTime(1)
  }
  expect(steady).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1)
  clock.now()
  expect(steady).toHaveBeenCalledTimes(2)
})

it('is less than a second behind when the clock is set back by less than that', () => {
  const clock = systemClock()
  const before = clock.now()
  vi.advanceTimersByTime(900)
  vi.setSystemTime(Date.now() - 900)
  expect(clock.now()).toBeGreaterThanOrEqual(before)
  vi.advanceTimersByTime(1_000)
  expect(clock.now()).toBe(before + 1_900)
})
