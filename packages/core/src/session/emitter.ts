/** Tells listeners in the order in which things happened, also when a listener makes more happen. */
export interface Emitter<Events extends object> {
  on<K extends keyof Events>(event: K, listener: (detail: Events[K]) => void): () => void
  emit<K extends keyof Events>(event: K, detail: Events[K]): void
  clear(): void
}

export function createEmitter<Events extends object>(): Emitter<Events> {
  // A set of wrappers, not of listeners: the same function subscribed twice is two subscriptions.
  const listeners = new Map<keyof Events, Set<{ tell(detail: never): void }>>()
  const news: (() => void)[] = []
  let isTelling = false

  function drain(): void {
    isTelling = true
    for (let tell = news.shift(); tell !== undefined; tell = news.shift()) tell()
    isTelling = false
  }

  return {
    on(event, listener) {
      const subscription = { tell: listener }
      const audience = listeners.get(event) ?? new Set()
      listeners.set(event, audience.add(subscription))
      return () => {
        audience.delete(subscription)
      }
    },
    emit(event, detail) {
      for (const { tell } of listeners.get(event) ?? []) {
        // The map files each listener under its own event, which the compiler cannot see.
        news.push(() => guard(() => tell(detail as never)))
      }
      if (!isTelling) drain()
    },
    clear: () => listeners.clear(),
  }
}

/** A listener that throws, or whose promise rejects, is the page's mistake: reported there, and nobody else notices. */
function guard(tell: () => unknown): void {
  try {
    const returned = tell()
    if (returned instanceof Promise) returned.catch(report)
  } catch (error) {
    report(error)
  }
}

function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error)
  else
    queueMicrotask(() => {
      throw error
    })
}
