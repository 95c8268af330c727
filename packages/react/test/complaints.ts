import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach, expect, vi } from 'vitest'

// What is waited for comes over a real connection, on a machine that may be busy.
configure({ asyncUtilTimeout: 15_000 })

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
