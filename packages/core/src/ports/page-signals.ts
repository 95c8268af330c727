/** What a page tells its session. */
export interface PageSignals {
  /** Storage may have changed: it says so itself, or the page was away. */
  changed(): void
  /** Another tab says that it changed storage. Storage itself may not show it yet. */
  told(): void
  /** From now on this page may miss what happens. */
  left(): void
  /** What failed before may succeed now: the network is back, the page is shown. */
  online(): void
}

export interface PageWatch {
  /** Tells the other tabs that storage changed. The message carries nothing else. */
  publish(): void
  stop(): void
}
