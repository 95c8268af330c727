export interface HoldOptions {
  /** Frees a caller that still waits: the promise rejects with `signal.reason`. */
  readonly signal: AbortSignal
}

/** What the holder of the lock is told about it. */
export interface Held {
  /** Aborts when the holder did not come back in time and was passed over. */
  readonly lost: AbortSignal
  /** Whether somebody else had the lock when it was asked for: what he did may not be visible yet. */
  readonly wasTaken: boolean
}

/** Mutual exclusion between everything that shares one storage: the tabs of one app. */
export interface Lock {
  /**
   * Runs `task` while nobody else holds the lock, and gives it back when the task is settled. The wait
   * is bounded: a holder that does not come back is passed over.
   */
  hold<T>(task: (held: Held) => Promise<T>, options: HoldOptions): Promise<T>
}
