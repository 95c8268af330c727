import { describe, expect, it } from 'vitest'
import { rules } from '../src/index.ts'
import { idsOf, startBackend } from './support/backend.ts'

describe.each(['bearer', 'split', 'cookie'] as const)('the reference server, by %s', transport => {
  it('keeps every rule of that transport', async () => {
    const { check } = await startBackend({ transport })
    const report = await check()
    const all = rules.filter(rule => rule.transports?.includes(transport) ?? true)
    expect(idsOf(report, 'failed')).toEqual([])
    expect(idsOf(report, 'undecided')).toEqual([])
    expect(idsOf(report, 'passed')).toEqual(all.map(({ id }) => id))
  })
})
