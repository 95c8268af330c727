/** Tells listeners; one that throws harms nobody else. */
export interface Emitter<Events extends object> {
  on<K extends keyof Events>(event: K, listener: (detail: Events[K]) => void): () => void
  emit<K extends keyof Events>(event: K, detail: Events[K]): void
  clear(): void
}

export function createEmitter<Events extends object>(): Emitter<Events> {
  // A set of wrappers, not of listeners: the same function subscribed twice is two subscriptions.
  const listeners = new Map<keyof Events, Set<{ tell(detail: never): void }>>()

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
      const audience = listeners.get(event)
      for (const subscription of [...(audience ?? [])]) {
        // Whoever unsubscribed a moment ago is not told. The map files each listener under its own
        // event, which the compiler cannot see.
        if (audience?.has(subscription)) guard(() => subscription.tell(detail as never))
      }
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
