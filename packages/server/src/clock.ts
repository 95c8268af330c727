/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number

/** Where the server reads the time, so that a test can turn it by hand. */
export interface Clock {
  now(): EpochMs
  /**
   * Runs a task every so many milliseconds until the returned function is called.
   * @default setInterval, which does not keep the process alive
   */
  every?(interval: number, task: () => void): () => void
}

/** The clock of this machine. Instances that share one database are kept together by NTP. */
export const systemClock: Clock = { now: () => Date.now() }

/** Runs a task every so many milliseconds by a clock, until the returned function is called. */
export function repeat(clock: Clock, interval: number, task: () => void): () => void {
  if (clock.every) return clock.every(interval, task)
  const timer = setInterval(task, interval)
  timer.unref()
  return () => clearInterval(timer)
}
