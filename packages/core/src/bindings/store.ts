/** What a component follows: the same state object until something changes. */
export interface Store<State> {
  getState(): State
  /** Calls back after each change; returns the undo. */
  subscribe(listener: () => void): () => void
}

/** A store, and the hand that changes it. */
export interface ChangeableStore<State> extends Store<State> {
  /** Tells nobody where nothing is different. */
  change(part: Partial<State>): void
}

/**
 * Returns a store of `state`. `open` is called when the first listener comes, and what it returns when the
 * last one has left: a store that nobody looks at does nothing and holds nothing.
 */
export function createStore<State extends object>(
  state: State,
  open: () => () => void = () => () => {},
): ChangeableStore<State> {
  const listeners = new Set<{ tell(): void }>()
  let close = () => {}

  return {
    getState: () => state,
    subscribe(listener) {
      // A wrapper, so that the same function subscribed twice is two listeners.
      const entry = { tell: listener }
      if (listeners.size === 0) close = open()
      listeners.add(entry)
      return () => {
        if (listeners.delete(entry) && listeners.size === 0) close()
      }
    },
    change(part) {
      const next = { ...state, ...part }
      if (isSame(state, next)) return
      state = next
      for (const { tell } of listeners) tell()
    },
  }
}

/**
 * Whether two values look the same: `Object.is`, or plain objects or arrays whose members are. What has
 * insides of its own (a `Date`, a `Map`) is only itself.
 */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (!isPlain(a) || !isPlain(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && Object.is(Reflect.get(a, key), Reflect.get(b, key)))
  )
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype
}
