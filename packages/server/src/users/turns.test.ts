import { describe, expect, it } from 'vitest'
import { createTurns } from './turns.ts'

describe('turns', () => {
  /** Tasks that end when they are told to. */
  function start(size: number, most: number, rest?: () => Promise<unknown>) {
    const inTurn = createTurns(size, most, rest)
    const started: string[] = []
    const ends = new Map<string, (outcome: Promise<string>) => void>()
    const begin = (name: string) =>
      inTurn(() => {
        started.push(name)
        return new Promise<string>(resolve => ends.set(name, resolve))
      })
    const end = (name: string, outcome = Promise.resolve(name)) => ends.get(name)?.(outcome)
    return { begin, end, started }
  }

  it('row 41: are taken by so many at a time, in the order in which they came', async () => {
    const { begin, end, started } = start(2, 10)
    const tasks = ['a', 'b', 'c', 'd'].map(begin)
    expect(started).toEqual(['a', 'b'])
    end('b')
    expect(await tasks[1]).toBe('b')
    expect(started).toEqual(['a', 'b', 'c'])
    end('a')
    await tasks[0]
    expect(started).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are handed over by a task that fails, too', async () => {
    const { begin, end, started } = start(1, 10)
    const [first] = [begin('a'), begin('b')]
    end('a', Promise.reject(new Error('out of memory')))
    await expect(first).rejects.toThrow('out of memory')
    expect(started).toEqual(['a', 'b'])
  })

  it('row 41: are handed over after a rest, which the task that is done does not wait for', async () => {
    const rests: (() => void)[] = []
    const { begin, end, started } = start(
      1,
      10,
      () => new Promise<void>(resolve => rests.push(resolve)),
    )
    const [first] = [begin('a'), begin('b')]
    end('a')
    expect(await first).toBe('a')
    expect(started).toEqual(['a'])
    rests.shift()?.()
    await new Promise(setImmediate)
    expect(started).toEqual(['a', 'b'])
  })

  it('are free again when nobody waits', async () => {
    const { begin, end, started } = start(1, 10)
    const first = begin('a')
    end('a')
    await first
    begin('b')
    expect(started).toEqual(['a', 'b'])
  })

  it('row 41: are waited for by so many, and the next one is told to come back', async () => {
    const { begin, end, started } = start(1, 2)
    const [first] = [begin('a'), begin('b'), begin('c')]
    await expect(begin('d')).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      details: { retryAfter: 10 },
    })
    end('a')
    await first
    begin('e')
    expect(started).toEqual(['a', 'b'])
  })
})
