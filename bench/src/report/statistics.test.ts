import { expect, it } from 'vitest'
import { inTurns, summarize } from './statistics.ts'

it('has the middle and the quartiles, whatever the order', () => {
  expect(summarize([5, 1, 4, 2, 3])).toEqual({ median: 3, from: 2, to: 4 })
})

it('lies between the two middle rounds of an even number', () => {
  expect(summarize([1, 2, 3, 100])).toEqual({ median: 2.5, from: 1.75, to: 27.25 })
})

it('is not moved by one round that was disturbed', () => {
  expect(summarize([10, 11, 9, 10, 900]).median).toBe(10)
})

it('sorts numbers as numbers', () => {
  expect(summarize([10, 9, 100]).median).toBe(10)
})

it('says that it needs a round', () => {
  expect(() => summarize([])).toThrow('at least one round')
})

it('gives everybody every place in as many rounds as there are items', () => {
  const rounds = [0, 1, 2, 3].map(round => inTurns(['a', 'b', 'c'], round).join(''))
  expect(rounds).toEqual(['abc', 'bca', 'cab', 'abc'])
  expect(inTurns([], 1)).toEqual([])
})
