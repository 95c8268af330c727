import type { Store } from '@tabkeeper/core/bindings'
import { useSyncExternalStore } from 'react'

/** Follows a store. What it has before anybody looks at it is also what a server renders. */
export function useStore<State>({ subscribe, getState }: Store<State>): State {
  return useSyncExternalStore(subscribe, getState, getState)
}
