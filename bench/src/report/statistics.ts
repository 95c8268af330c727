/** What is left of the rounds of one figure: the middle, and between what half of them lie. */
export interface Summary {
  readonly median: number
  readonly from: number
  readonly to: number
}

/** The median of the rounds and their quartiles. At least one round has to be given. */
export function summarize(rounds: readonly number[]): Summary {
  const sorted = [...rounds].sort((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    from: quantile(sorted, 0.25),
    to: quantile(sorted, 0.75),
  }
}

/** Linear between the two nearest, as in most tools (type 7 of Hyndman and Fan). */
function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  if (below === undefined || above === undefined)
    throw new TypeError('A summary needs at least one round; got none.')
  return below + (above - below) * (position % 1)
}

/** The same order moved on by one in each round, so that nobody always comes after the same neighbour. */
export function inTurns<T>(items: readonly T[], round: number): readonly T[] {
  const start = items.length === 0 ? 0 : round % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
