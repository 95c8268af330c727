import { afterEach, expect, it, vi } from 'vitest'
import { startMeasure } from './measure.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  performance.clearMeasures()
})

it('leaves an entry with a name and nothing else', () => {
  startMeasure('tabkeeper:admin:flight')()

  const [entry, ...others] = performance.getEntriesByName('tabkeeper:admin:flight')
  expect(others).toEqual([])
  expect(entry).toMatchObject({ entryType: 'measure', detail: null })
})

it.each([
  ['is missing', undefined],
  ['measures nothing', { now: () => 0 }],
])('does nothing where the timeline %s', (_, performance) => {
  vi.stubGlobal('performance', performance)
  expect(() => startMeasure('tabkeeper:admin:flight')()).not.toThrow()
})
