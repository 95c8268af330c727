import type { World } from '@tabkeeper/core/world'
import { simulate } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'

// `SIMULATION_SEEDS=100000 vitest run simulation` searches longer; `SIMULATION_FROM` says where to begin.
const FROM = Number(process.env.SIMULATION_FROM ?? 1)
const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 300)

describe('a session among several tabs, a bad network and a server that rotates', () => {
  it(`keeps its promises whatever happens (${SEEDS} seeds)`, { timeout: 0 }, async () => {
    for (let seed = FROM; seed < FROM + SEEDS; seed++) {
      const { broken, log } = await simulate(seed)
      expect(broken, `seed ${seed}\n${log.join('\n')}`).toEqual([])
    }
  })

  it('keeps them without Web Locks, too', { timeout: 0 }, async () => {
    for (let seed = FROM; seed < FROM + SEEDS; seed++) {
      const { broken, log } = await simulate(seed, { webLocks: false })
      expect(broken, `seed ${seed}\n${log.join('\n')}`).toEqual([])
    }
  })

  it.each([
    [12_805, 'the patience for a lock does not count the time that the device sleeps'],
    [1_033, 'an ending of the session before takes nothing with it'],
    [11, 'a sign-out that crosses a sign-in takes nothing with it'],
  ])('keeps them with seed %i: %s', async seed => {
    const { broken, log } = await simulate(seed)
    expect(broken, log.join('\n')).toEqual([])
  })

  it('happens again in the same way with the same seed', async () => {
    expect(await simulate(7)).toEqual(await simulate(7))
    expect((await simulate(7)).log).not.toEqual((await simulate(8)).log)
  })
})

describe('the search', () => {
  const withoutLock = (world: World): World => ({
    ...world,
    lock: () => ({
      hold: task => task({ lost: new AbortController().signal, wasTaken: false }),
    }),
  })
  // What other tabs do is seen when storage happens to be read.
  const withoutEars = (world: World): World => ({
    ...world,
    watch: () => ({ publish() {}, stop() {} }),
  })

  it.each([
    ['lock', withoutLock],
    ['news of other tabs', withoutEars],
  ])('finds out what happens without the %s', { timeout: 60_000 }, async (_, changeWorld) => {
    let seed = 1
    while (seed < 200 && (await simulate(seed, { changeWorld })).broken.length === 0) seed++
    expect(seed).toBeLessThan(200)
  })
})
