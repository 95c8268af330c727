import type { Random } from '../random.ts'

/** What may come, and how often in comparison with the others. */
export type Weighted<T> = readonly (readonly [weight: number, T])[]

export function weighted<T>(from: Weighted<T>, random: Random): T {
  let rest = random.next() * from.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, item] of from) {
    rest -= weight
    if (rest < 0) return item
  }
  throw new RangeError('weighted: there is nothing to choose from')
}
