/** What becomes of one request. */
export type WireFault =
  /** The server never hears of it. */
  | { readonly is: 'request-lost' }
  /** The server does its work, and nobody hears of it. */
  | { readonly is: 'answer-lost' }
  /** Somebody between page and server answers. */
  | { readonly is: 'failed'; readonly status: number; readonly retryAfter: number | undefined }
  /** The server does its work at once, and its answer waits. */
  | { readonly is: 'delayed'; readonly until: Promise<void> }

/** The faults that are still to come, by path, each for one request. */
export interface Faults {
  add(path: string, fault: WireFault, times: number): void
  /** The fault that is next for this path, if any. */
  take(path: string): WireFault | undefined
  clear(): void
}

export function createFaults(): Faults {
  let waiting: { readonly path: string; readonly fault: WireFault; left: number }[] = []
  return {
    add: (path, fault, times) => void waiting.push({ path, fault, left: times }),
    take(path) {
      const next = waiting.find(each => each.path === path)
      if (next === undefined) return undefined
      next.left--
      waiting = waiting.filter(each => each.left > 0)
      return next.fault
    },
    clear() {
      waiting = []
    },
  }
}
