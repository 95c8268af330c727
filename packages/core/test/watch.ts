import type { Store } from '@tabkeeper/core/bindings'

/** Follows a store; keeps what it shows at each change. */
export function watch<State>(store: Store<State>) {
  const seen: State[] = []
  const stop = store.subscribe(() => seen.push(store.getState()))
  return { seen, stop, now: store.getState }
}
