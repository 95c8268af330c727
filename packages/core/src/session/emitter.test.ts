import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createEmitter } from './emitter.ts'

interface Events {
  readonly one: number
  readonly two: string
}

const report = vi.fn()
beforeEach(() => {
  report.mockClear()
  vi.stubGlobal('reportError', report)
})
afterEach(() => vi.unstubAllGlobals())

it('tells the listeners of an event, in the order in which they came, and nobody else', () => {
  const { on, emit } = createEmitter<Events>()
  const told: unknown[] = []
  on('one', detail => told.push(['first', detail]))
  on('two', detail => told.push(['other', detail]))
  on('one', detail => told.push(['second', detail]))

  emit('one', 5)

  expect(told).toEqual([
    ['first', 5],
    ['second', 5],
  ])
})

it('does not tell a listener that comes while it tells of what came before', () => {
  const { on, emit } = createEmitter<Events>()
  const late = vi.fn()
  on('one', () => void on('one', late))
  emit('one', 1)
  expect(late).not.toHaveBeenCalled()
  emit('one', 2)
  expect(late).toHaveBeenCalledTimes(1)
})

it('D08: reports what a listener throws, or rejects with, and goes on', async () => {
  const { on, emit } = createEmitter<Events>()
  const told = vi.fn()
  on('one', () => {
    throw new Error('thrown')
  })
  on('one', () => Promise.reject(new Error('rejected')))
  on('one', told)

  emit('one', 1)
  await Promise.resolve()

  expect(told).toHaveBeenCalledTimes(1)
  expect(report.mock.calls.map(([error]) => String(error))).toEqual([
    'Error: thrown',
    'Error: rejected',
  ])
})

it('forgets everybody', () => {
  const { on, emit, clear } = createEmitter<Events>()
  const told = vi.fn()
  on('one', told)
  clear()
  emit('one', 1)
  expect(told).not.toHaveBeenCalled()
})
