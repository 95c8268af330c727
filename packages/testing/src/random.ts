/** Chance that repeats itself: the same seed gives the same numbers. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** Whether something that happens with this probability happens. */
  chance(probability: number): boolean
  /** A whole number from `min` to `max`. */
  between(min: number, max: number): number
  pick<T>(from: readonly T[]): T | undefined
}

/** Returns chance that is decided by `seed` (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  return {
    next,
    chance: probability => next() < probability,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: from => from[Math.floor(next() * from.length)],
  }
}
