import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '../http/problem.ts'

/** At most `points` times in `seconds`, or `false` for no limit. */
export type RateLimit = { readonly points: number; readonly seconds: number } | false

export interface RateLimits {
  /** Attempts to prove a password, per account and address; a success clears it. @default 5 a minute */
  readonly account: RateLimit
  /** Logins, registrations and re-authentications per address. @default 30 a minute */
  readonly address: RateLimit
  /** Refreshes per session. @default 30 a minute */
  readonly refresh: RateLimit
  /** Lists of sessions per session. @default 60 a minute */
  readonly list: RateLimit
}

export const defaultRateLimits: RateLimits = {
  account: { points: 5, seconds: 60 },
  address: { points: 30, seconds: 60 },
  refresh: { points: 30, seconds: 60 },
  list: { points: 60, seconds: 60 },
}

/** Counts in the memory of this process. */
export interface Limiter {
  /** @throws {Problem} 429 `rate_limited`, with the seconds to wait */
  consume(limit: keyof RateLimits, key: string): Promise<void>
  clear(limit: keyof RateLimits, key: string): Promise<void>
}

/** @param limits `false` turns all of them off. */
export function createLimiter(limits: Partial<RateLimits> | false = {}): Limiter {
  const chosen: Partial<RateLimits> = limits === false ? {} : { ...defaultRateLimits, ...limits }
  const counters = new Map<string, RateLimiterMemory>()
  for (const [name, limit] of Object.entries(chosen)) {
    if (limit) {
      const { points, seconds: duration } = limit
      counters.set(name, new RateLimiterMemory({ keyPrefix: name, points, duration }))
    }
  }
  return {
    async consume(limit, key) {
      try {
        await counters.get(limit)?.consume(key)
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        const retryAfter = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
        throw new Problem('rate_limited', { retryAfter })
      }
    },
    async clear(limit, key) {
      await counters.get(limit)?.delete(key)
    },
  }
}
