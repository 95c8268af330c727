import { simulate } from '@tabkeeper/testing'
import { expect, it } from 'vitest'

const SEEDS = 300

it(`keeps its promises whatever happens: ${SEEDS} seeds`, { timeout: 60_000 }, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { broken, log } = await simulate(seed)
    expect(broken, `seed ${seed}\n${log.join('\n')}`).toEqual([])
  }
})
