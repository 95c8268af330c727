import { type SimulationOptions, type SimulationReport, simulate } from './simulate.ts'

/**
 * Simulates one seed after the other, from `from` on, until one breaks a promise: the first
 * counter-example, or `null` where so many `seeds` have none.
 *
 * @example
 * ```ts
 * const found = await search(1, 1000, { webLocks: false })
 * if (found !== null) console.log(found.seed, found.broken, found.story.join('\n'))
 * ```
 */
export async function search(
  from: number,
  seeds: number,
  options: SimulationOptions = {},
): Promise<SimulationReport | null> {
  for (let seed = from; seed < from + seeds; seed++) {
    const report = await simulate(seed, options)
    if (report.broken.length > 0) return report
  }
  return null
}

/** A counter-example in words: which promise was broken, how it came to that, and how to see it again. */
export function describeCounterExample({ seed, broken, story }: SimulationReport): string {
  return [
    `seed ${seed} breaks:`,
    ...broken.map(({ promise, text }) => `  ${promise}: ${text}`),
    'This is what happened (milliseconds since the beginning):',
    ...story.map(line => `  ${line}`),
  ].join('\n')
}
