import { CLOCK_TOLERANCE, type EpochMs } from './lifetime.ts'

/** How long a session leaves an unreachable server alone. Shared by the tabs. */
export interface BackOff {
  readonly failures: number
  /** Before this moment somebody has set the clock back, and the pause means nothing any more. */
  readonly since: EpochMs
  readonly until: EpochMs
  /** Whether the server asked for it: then no hint of the browser's cuts it short. */
  readonly isAsked: boolean
}

/** When the pause is over; at once where somebody has set the clock back since it began. */
export function pauseEnd(backOff: BackOff | null, now: EpochMs): EpochMs {
  return backOff !== null && now >= backOff.since - CLOCK_TOLERANCE ? backOff.until : 0
}

const FIRST = 4_000
const LONGEST = 60_000
const LONGEST_RETRY_AFTER = 3_600_000

/**
 * The pause after one more failure: between half and all of a span that doubles from 4 s to a minute
 * (half is sure, so that the number of attempts has a bound; half is chance, so that clients spread).
 * `Retry-After` is waited for in full, up to an hour. `jitter` is a random number in [0, 1).
 */
export function backOffAfter(
  previous: BackOff | null,
  now: EpochMs,
  retryAfter: number | null,
  jitter: number,
): BackOff {
  const failures = (previous?.failures ?? 0) + 1
  const half = Math.min(LONGEST, FIRST * 2 ** (failures - 1)) / 2
  // An endpoint that is not one of ours may take what is no number for one.
  const asked = Math.min(retryAfter || 0, LONGEST_RETRY_AFTER)
  const until = now + Math.max(half, asked) + jitter * half
  // Somebody insisted, in vain: what was left of the pause before is still to be waited for.
  const rest = pauseEnd(previous, now)
  const isAsked = asked > 0 || (rest > now && previous?.isAsked === true)
  return { failures, since: now, until: Math.max(until, rest), isAsked }
}

/** Whether this is a pause that could have been made here: nobody else may keep a session waiting for ever. */
export function isPossible({ since, until }: BackOff): boolean {
  return until - since <= LONGEST_RETRY_AFTER + LONGEST
}
