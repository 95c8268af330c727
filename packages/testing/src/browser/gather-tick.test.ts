import { setImmediate as nextTick } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { gatherTick } from './gather-tick.ts'

it('hands over together what is given in one tick and in its microtasks, in order', async () => {
  const lists: (readonly number[])[] = []
  const give = gatherTick<number>(list => lists.push(list))

  give(1)
  give(2)
  for (const later of [3, 4]) {
    await Promise.resolve()
    give(later)
  }
  expect(lists).toEqual([])
  await nextTick()
  expect(lists).toEqual([[1, 2, 3, 4]])

  give(5)
  await nextTick()
  await nextTick()
  expect(lists).toEqual([[1, 2, 3, 4], [5]])
})
