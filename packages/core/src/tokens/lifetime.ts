/** Milliseconds since 1970-01-01T00:00:00Z on this device's own clock. */
export type EpochMs = number

/** Two tabs' clocks may differ by a rounding. What is further in the future was written before the clock was set back. */
export const CLOCK_TOLERANCE = 1_000

/** When and for how long tokens came: all that is ever compared with a clock. */
export interface Lifespan {
  readonly receivedAt: EpochMs
  /** Milliseconds from receipt; `null` when nobody said. Such a token is good until it is refused. */
  readonly lifetime: number | null
}

export interface RefreshPolicy {
  /** A token this close to its end is refreshed behind the requests' backs. Milliseconds. */
  readonly refreshAhead: number
  /** A token this close to its end is treated as over. Milliseconds. */
  readonly leeway: number
  /** Whether a timer refreshes even when nobody asks for a token. */
  readonly keepAlive: boolean
}

const AHEAD_SHARE = 0.2
const LEEWAY_SHARE = 0.1

/** The moment from which requests have to wait for a new token; `Infinity` when it is not known. */
export function overAt({ receivedAt, lifetime }: Lifespan, policy: RefreshPolicy): EpochMs {
  if (lifetime === null) return Number.POSITIVE_INFINITY
  return receivedAt + lifetime - Math.min(policy.leeway, lifetime * LEEWAY_SHARE)
}

/** The moment from which a refresh is worth its request; `Infinity` when it is not known. */
export function dueAt({ receivedAt, lifetime }: Lifespan, policy: RefreshPolicy): EpochMs {
  if (lifetime === null) return Number.POSITIVE_INFINITY
  return receivedAt + lifetime - Math.min(policy.refreshAhead, lifetime * AHEAD_SHARE)
}

/**
 * The moment from which a caller who wants `minValidity` milliseconds of life has to wait. A wish for
 * more than half of the token's whole life is cut to that half, or each call would refresh; one that is no
 * number is none.
 */
export function tooShortAt(span: Lifespan, policy: RefreshPolicy, minValidity: number): EpochMs {
  if (span.lifetime === null) return Number.POSITIVE_INFINITY
  const wish = Math.min(minValidity || 0, span.lifetime / 2)
  return Math.min(overAt(span, policy), span.receivedAt + span.lifetime - wish)
}
