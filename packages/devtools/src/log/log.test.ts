import { expect, it } from 'vitest'
import type { Detail, Entry } from './entry.ts'
import { createLog, MOST } from './log.ts'

const shown: Detail = { what: 'page', is: 'shown', ms: 0 }

function stranger(at: number, n: number): Entry {
  return { ...shown, at, tab: 'other', n }
}

it('keeps what happened in the order in which it happened, whoever tells it late', () => {
  let now = 10
  const log = createLog({ tab: 'own', now: () => now })
  log.record(shown)
  now = 30
  log.record(shown)
  log.take([stranger(20, 1), stranger(5, 0)])

  expect(log.entries().map(({ at }) => at)).toEqual([5, 10, 20, 30])
  expect(log.own().map(({ at }) => at)).toEqual([10, 30])
})

it('takes nothing twice, nothing that it cannot read, and nothing in its own name', () => {
  const log = createLog({ tab: 'own', now: () => 10 })
  log.take([stranger(5, 0), stranger(5, 0), 'news', { ...stranger(6, 1), tab: 'own' }])
  log.take([stranger(5, 0)])

  expect(log.entries()).toEqual([stranger(5, 0)])
})

it('forgets the oldest', () => {
  const log = createLog({ tab: 'own', now: () => 1_000_000 })
  log.take(Array.from({ length: MOST + 5 }, (_, n) => stranger(n, n)))

  expect(log.entries()).toHaveLength(MOST)
  expect(log.entries()[0]?.at).toBe(5)
})

it('tells of each addition, and whether it is of this tab', () => {
  const log = createLog({ tab: 'own', now: () => 10 })
  const told: (string | null)[] = []
  const quit = log.subscribe(own => told.push(own?.tab ?? null))
  log.record(shown)
  log.take([stranger(5, 0)])
  log.take([stranger(5, 0)])
  quit()
  log.record(shown)

  expect(told).toEqual(['own', null])
})
