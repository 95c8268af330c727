import { createHash } from 'node:crypto'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import { Problem } from '../http/problem.ts'
import type { RedisCounter } from './redis.ts'

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
  /** Requests with an admin token per address. @default 60 a minute */
  readonly adminToken: RateLimit
}

export const defaultRateLimits: RateLimits = {
  account: { points: 5, seconds: 60 },
  address: { points: 30, seconds: 60 },
  refresh: { points: 30, seconds: 60 },
  list: { points: 60, seconds: 60 },
  adminToken: { points: 60, seconds: 60 },
}

/** Counts, in the memory of this process or in Redis. */
export interface Limiter {
  /** @throws {Problem} 429 `rate_limited`, with the seconds to wait */
  consume(limit: keyof RateLimits, key: string): Promise<void>
  clear(limit: keyof RateLimits, key: string): Promise<void>
  /** Takes back what was counted for a request that the server could not answer. */
  giveBack(limit: keyof RateLimits, key: string): Promise<void>
}

/** Returns the limiter as one tenant has it: the same account name in two tenants is two accounts. */
export const limitsOf = (limiter: Limiter, tenantId: string): Limiter => ({
  consume: (limit, key) => limiter.consume(limit, `${tenantId} ${key}`),
  clear: (limit, key) => limiter.clear(limit, `${tenantId} ${key}`),
  giveBack: (limit, key) => limiter.giveBack(limit, `${tenantId} ${key}`),
})

/**
 * Makes the limiter. With Redis all instances count together; while it does not answer, each counts for
 * itself: neither is everybody locked out, nor can anybody guess without end.
 *
 * @param limits `false` turns all of them off.
 */
export function createLimiter(
  limits: Partial<RateLimits> | false = {},
  redis?: RedisCounter | undefined,
): Limiter {
  const chosen: Partial<RateLimits> = limits === false ? {} : { ...defaultRateLimits, ...limits }
  const counters = new Map<string, RateLimiterAbstract>()
  for (const [name, limit] of Object.entries(chosen)) {
    if (!limit) continue
    const { points, seconds: duration } = limit
    const here = new RateLimiterMemory({ keyPrefix: name, points, duration })
    counters.set(
      name,
      redis
        ? new RateLimiterRedis({
            storeClient: redis.client,
            keyPrefix: `tabkeeper:${name}`,
            points,
            duration,
            insuranceLimiter: here,
            rejectIfRedisNotReady: true,
          })
        : here,
    )
  }
  return {
    async consume(limit, key) {
      try {
        await counters.get(limit)?.consume(hash(key))
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        const retryAfter = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
        throw new Problem('rate_limited', { retryAfter })
      }
    },
    async clear(limit, key) {
      await counters.get(limit)?.delete(hash(key))
    },
    async giveBack(limit, key) {
      await counters.get(limit)?.reward(hash(key))
    },
  }
}

/** Addresses of people are nobody's business in a Redis that others may read. */
const hash = (key: string): string => createHash('sha256').update(key).digest('base64url')
