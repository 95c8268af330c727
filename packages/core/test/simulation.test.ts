import {
  describeCounterExample,
  type SimulationReport,
  search,
  simulate,
  unprotected,
} from '@tabkeeper/testing/simulation'
import { describe, expect, it } from 'vitest'

// `npm run simulate -- --seeds 100000` searches longer, `--seed N` tells the story of one.
const SEEDS = 1_500

function expectNone(found: SimulationReport | null): void {
  expect(found, found === null ? '' : describeCounterExample(found)).toBeNull()
}

describe('a session among several tabs, a bad network and a server that rotates', () => {
  it(`keeps its promises whatever happens (${SEEDS} seeds)`, { timeout: 0 }, async () => {
    expectNone(await search(1, SEEDS))
  })

  it(`keeps them without Web Locks, too (${SEEDS} seeds)`, { timeout: 0 }, async () => {
    expectNone(await search(1, SEEDS, { webLocks: false }))
  })

  it('keeps them where the refresh token is a cookie, too (300 seeds)', {
    timeout: 0,
  }, async () => {
    expectNone(await search(1, 300, { transport: 'split' }))
  })

  it.each([6_079_691, 9_061_147])('keeps them in seed %i, which broke one once', async seed => {
    expectNone(await search(seed, 1))
  })

  it('happens again in the same way with the same seed', async () => {
    for (const webLocks of [true, false]) {
      const once = await simulate(7, { webLocks })
      expect(await simulate(7, { webLocks })).toEqual(once)
      expect((await simulate(8, { webLocks })).story).not.toEqual(once.story)
    }
  })
})

describe('the search', () => {
  it.each(Object.entries(unprotected))(
    'finds out what happens without %s',
    {
      timeout: 0,
    },
    async (_, change) => {
      const found = await search(1, 2_500, { change })
      expect(found).not.toBeNull()
    },
  )

  it.each(['the lock', 'the word of an ending', 'news of the other tabs'] as const)(
    'finds out what happens without %s where the refresh token is a cookie',
    { timeout: 0 },
    async missing => {
      const change = unprotected[missing]
      expect(await search(1, 1_000, { transport: 'split', change })).not.toBeNull()
    },
  )

  it('tells what happened so that a person can follow it', async () => {
    const found = await search(1, 100, { change: unprotected['the lock'] })
    const text = found === null ? '' : describeCounterExample(found)

    expect(text).toContain(`seed ${found?.seed} breaks:\n  one flight: `)
    expect(text).toMatch(/\n {2}\d+ tab \d spends rt\.session-\d\.\d\n/)
    expect(text).toMatch(/\n {2}\d+ BROKEN, one flight: /)
  })
})
