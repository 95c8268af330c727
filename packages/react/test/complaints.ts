import { cleanup } from '@testing-library/react'
import { afterEach, beforeEach, expect, vi } from 'vitest'

/** React complains in the console: of a mismatch, of an unstable snapshot, of a change outside `act`. */
export function expectNoComplaints(): void {
  const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  beforeEach(() => {
    for (const spy of complaints) spy.mockClear()
  })
  afterEach(() => {
    cleanup()
    for (const spy of complaints) expect(spy).not.toHaveBeenCalled()
  })
}
