import { expect, it } from 'vitest'
import { createRecent } from './recent.ts'

it('forgets what nobody has asked for longest', () => {
  const recent = createRecent<string, number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  expect(recent.get('a')).toBe(1)
  recent.set('c', 3)
  expect(['a', 'b', 'c'].map(key => recent.get(key))).toEqual([1, undefined, 3])
})

it('has one entry for a key, the last', () => {
  const recent = createRecent<string, number>(2)
  recent.set('a', 1)
  recent.set('a', 2)
  recent.set('b', 3)
  expect(recent.get('a')).toBe(2)
  expect(recent.get('b')).toBe(3)
})
