/**
 * Rejects with the signal's reason. Listens until `over` aborts, where that is given: a signal that lives
 * for long would keep whatever waits for it.
 */
export function whenAborted(signal: AbortSignal, over?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else {
      const options = { once: true, ...(over && { signal: over }) }
      signal.addEventListener('abort', () => reject(signal.reason), options)
    }
  })
}
