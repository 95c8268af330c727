import { isDatabaseUnavailable } from '../database/unavailable.ts'
import { Problem } from '../http/problem.ts'
import type { Limiter, RateLimits } from './rate-limits.ts'

type Count = readonly [limit: keyof RateLimits, key: string]

/**
 * Carries out what is limited. An attempt that gets a 503 is not counted: whoever comes back as often as
 * the answer says, for as long as it takes, must not meet a limit then.
 *
 * @throws {Problem} 429 `rate_limited`, and what the task throws
 */
export async function counted<Result>(
  limiter: Limiter,
  counts: readonly Count[],
  task: () => Promise<Result>,
): Promise<Result> {
  for (const [limit, key] of counts) await limiter.consume(limit, key)
  try {
    return await task()
  } catch (error) {
    if (isForNow(error)) for (const [limit, key] of counts) await limiter.giveBack(limit, key)
    throw error
  }
}

const isForNow = (error: unknown): boolean =>
  error instanceof Problem ? error.code === 'temporarily_unavailable' : isDatabaseUnavailable(error)
