/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number

/** Where the server reads the time, so that a test can turn it by hand. */
export interface Clock {
  now(): EpochMs
}

/** The clock of this machine. Instances that share one database are kept together by NTP. */
export const systemClock: Clock = { now: () => Date.now() }
