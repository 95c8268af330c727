import { describe, expect, it } from 'vitest'
import { createStore, isSame } from './store.ts'

describe('a store', () => {
  it('is opened by the first that listens and closed by the last that leaves', () => {
    const doors: string[] = []
    const store = createStore({ count: 0 }, () => {
      doors.push('open')
      return () => doors.push('shut')
    })
    const listener = () => {}
    const undo = [store.subscribe(listener), store.subscribe(listener)]
    undo[0]?.()
    undo[0]?.()
    expect(doors).toEqual(['open'])
    undo[1]?.()
    store.subscribe(listener)
    expect(doors).toEqual(['open', 'shut', 'open'])
  })

  it('tells of a change, and of nothing else', () => {
    const store = createStore({ count: 0, name: 'a' })
    let told = 0
    store.subscribe(() => told++)
    const before = store.getState()
    store.change({ count: 0 })
    expect(store.getState()).toBe(before)
    store.change({ count: 1 })
    expect(store.getState()).toEqual({ count: 1, name: 'a' })
    expect(told).toBe(1)
  })
})

describe('what looks the same', () => {
  const key = Symbol()
  it.each([
    [1, 1, true],
    [Number.NaN, Number.NaN, true],
    [0, -0, false],
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: undefined }, { b: undefined }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [[1, 2], [1, 2], true],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{ a: {} }, { a: {} }, false],
    [new Date(0), new Date(1), false],
    [new Map([[1, 1]]), new Map(), false],
    [null, {}, false],
    [key, key, true],
  ])('%o and %o: %o', (a, b, is) => {
    expect(isSame(a, b)).toBe(is)
    expect(isSame(b, a)).toBe(is)
  })
})
