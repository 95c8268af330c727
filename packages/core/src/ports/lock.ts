export interface HoldOptions {
  /** Frees a caller that still waits: the promise rejects with `signal.reason`. */
  readonly signal: AbortSignal
}

/** Mutual exclusion between everything that shares one storage: the tabs of one app. */
export interface Lock {
  /**
   * Runs `task` while nobody else holds the lock, and gives it back when the task is settled. The wait
   * is bounded: a holder that does not come back is passed over. `lost` aborts when that happens to us.
   */
  hold<T>(task: (lost: AbortSignal) => Promise<T>, options: HoldOptions): Promise<T>
}
