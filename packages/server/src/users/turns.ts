import { Problem } from '../http/problem.ts'

/**
 * Runs a task when it is its turn.
 * @throws {Problem} 503 `temporarily_unavailable` where too many wait already
 */
export type Turns = <T>(task: () => Promise<T>) => Promise<T>

/**
 * Lets `size` tasks run at a time and `most` others wait, in order; the next one is turned away. `rest` is
 * told how many milliseconds a task took, and says when its turn may be handed over.
 *
 * @param rest at once where left out
 */
export function createTurns(
  size: number,
  most: number,
  rest?: (worked: number) => Promise<unknown>,
): Turns {
  let free = size
  const waiting: (() => void)[] = []

  function handOver(): void {
    const next = waiting.shift()
    if (next) next()
    else free++
  }

  return async task => {
    if (free > 0) free--
    else if (waiting.length < most) await new Promise<void>(resolve => waiting.push(resolve))
    else throw new Problem('temporarily_unavailable', { retryAfter: 10 })
    const began = performance.now()
    try {
      return await task()
    } finally {
      if (rest === undefined) handOver()
      else void rest(performance.now() - began).then(handOver)
    }
  }
}
