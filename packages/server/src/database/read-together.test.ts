import { expect, it } from 'vitest'
import { readTogether } from './read-together.ts'

/** A reader whose reads end when the test says so. */
function start() {
  const reads: { keys: readonly string[]; end(): void; fail(): void }[] = []
  const read = readTogether(
    (keys: readonly string[]) =>
      new Promise<string[]>((resolve, reject) => {
        reads.push({
          keys,
          end: () => resolve(keys.map(key => key.toUpperCase())),
          fail: () => reject(new Error(`cannot read ${keys}`)),
        })
      }),
  )
  return { reads, read, asked: () => reads.map(({ keys }) => keys) }
}

it('reads at once what nobody has to wait for', async () => {
  const { read, reads, asked } = start()
  const one = read('a')
  const other = read('b')
  expect(asked()).toEqual([['a'], ['b']])
  reads[1]?.end()
  reads[0]?.end()
  expect([await one, await other]).toEqual(['A', 'B'])
})

it('reads together what had to wait, each key as often as it was asked for', async () => {
  const { read, reads, asked } = start()
  const all = ['a', 'b', 'c', 'd', 'c'].map(read)
  reads[0]?.end()
  await all[0]
  await Promise.resolve()
  expect(asked()).toEqual([['a'], ['b'], ['c', 'd', 'c']])
  reads[1]?.end()
  reads[2]?.end()
  expect(await Promise.all(all)).toEqual(['A', 'B', 'C', 'D', 'C'])
})

it('never answers with what was read before it was asked', async () => {
  const { read, reads, asked } = start()
  const first = read('a')
  const second = read('a')
  const late = read('a')
  reads[0]?.end()
  await first
  await Promise.resolve()
  expect(asked()).toEqual([['a'], ['a'], ['a']])
  reads[1]?.end()
  reads[2]?.end()
  await Promise.all([second, late])
})

it('tells a failure to those who asked in that read, and goes on', async () => {
  const { read, reads } = start()
  const outcomes = ['a', 'b', 'c', 'd'].map(key => read(key).catch(String))
  reads[0]?.end()
  await outcomes[0]
  await Promise.resolve()
  reads[1]?.end()
  reads[2]?.fail()
  expect(await Promise.all(outcomes)).toEqual([
    'A',
    'B',
    'Error: cannot read c,d',
    'Error: cannot read c,d',
  ])
  const next = read('e')
  reads[3]?.end()
  expect(await next).toBe('E')
})
