import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSqlite, describeOnBoth, type TestDatabase } from './support/databases.ts'
import { tellStory } from './trials/rotation/story.ts'
import { withoutARule } from './trials/rotation/without-a-rule.ts'

// `npm run fuzz:rotation -- --runs 1000` tells more stories, `--seed N` one of them.
const seeds = [1, 20_260_301]

describeOnBoth('rotation under a random story', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  it.each(seeds)(
    'row 33: signs out no honest client and ends every session that a thief shares (seed %i)',
    async seed => {
      const report = await tellStory(source, seed)
      expect(report.breaches).toEqual([])
      expect(report).toMatchObject({ falseLogouts: 0, thefts: 6, detected: 6 })
      for (const count of [report.rotated, report.replayed, report.recovered, report.requests])
        expect(count).toBeGreaterThan(0)
    },
    60_000,
  )
})

describe('a random story of rotation', () => {
  it.each(Object.entries(withoutARule))(
    'finds out what happens without %s',
    async (_, setting) => {
      const source = await createSqlite()
      const breaches: string[] = []
      for (let seed = 1; seed <= 20 && breaches.length === 0; seed++)
        breaches.push(...(await tellStory(source, seed, { ...setting, steps: 40 })).breaches)
      expect(breaches).not.toEqual([])
    },
    60_000,
  )
})
