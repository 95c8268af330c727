import { isDatabaseUnavailable } from '../database/unavailable.ts'
import { Problem } from '../http/problem.ts'
import { normalizeEmail } from '../users/user-store.ts'
import { countedAddress } from './counted-address.ts'
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

/**
 * Carries out an attempt to prove a password, which is counted per account and address and per address. One
 * that succeeds clears the account.
 *
 * @throws {Problem} 429 `rate_limited`, and what the task throws
 */
export async function countedAttempt<Result>(
  limiter: Limiter,
  { email, ip }: { readonly email: string; readonly ip: string | null },
  prove: () => Promise<Result | null>,
): Promise<Result | null> {
  const address = countedAddress(ip)
  const account = `${normalizeEmail(email)} ${address}`
  const counts = [
    ['address', address],
    ['account', account],
  ] as const
  const proven = await counted(limiter, counts, prove)
  if (proven !== null) await limiter.clear('account', account)
  return proven
}

const isForNow = (error: unknown): boolean =>
  error instanceof Problem ? error.code === 'temporarily_unavailable' : isDatabaseUnavailable(error)
