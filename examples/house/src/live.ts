/** Something that is loaded again and again. */
export type Live<T> =
  | { readonly is: 'loading' }
  | { readonly is: 'failed'; readonly error: unknown }
  /** `stale` is the error of the latest attempt: what is shown is older than it should be. */
  | { readonly is: 'ready'; readonly data: T; readonly stale: unknown }

/**
 * Loads something now, and then again `every` so many milliseconds while the page is visible. While
 * it fails, after 2 seconds, 4, 8 and then 16; at once when the page is shown again or the network is
 * back.
 *
 * `reload` starts over: the answer to an older question is dropped, so what was changed before the
 * call is seen after it.
 */
export function follow<T>(
  load: (signal: AbortSignal) => Promise<T>,
  every: number,
  changed: (live: Live<T>) => void,
): { reload(): Promise<void>; stop(): void } {
  let live: Live<T> = { is: 'loading' }
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let question = new AbortController()

  const reload = async () => {
    clearTimeout(timer)
    question.abort()
    question = new AbortController()
    const { signal } = question
    try {
      const data = await load(signal)
      if (signal.aborted) return
      failures = 0
      live = { is: 'ready', data, stale: null }
    } catch (error) {
      if (signal.aborted) return
      failures++
      live = live.is === 'ready' ? { ...live, stale: error } : { is: 'failed', error }
    }
    changed(live)
    if (document.visibilityState === 'visible') {
      timer = setTimeout(reload, failures > 0 ? Math.min(1000 * 2 ** failures, 16_000) : every)
    }
  }
  const shown = () => {
    if (document.visibilityState === 'visible') void reload()
    else clearTimeout(timer)
  }

  document.addEventListener('visibilitychange', shown)
  window.addEventListener('online', reload)
  void reload()
  return {
    reload,
    stop() {
      clearTimeout(timer)
      question.abort()
      document.removeEventListener('visibilitychange', shown)
      window.removeEventListener('online', reload)
    },
  }
}
