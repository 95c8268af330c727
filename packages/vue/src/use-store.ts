import type { Store } from '@tabkeeper/core/bindings'
import {
  getCurrentInstance,
  getCurrentScope,
  hasInjectionContext,
  inject,
  onMounted,
  onScopeDispose,
  type ShallowRef,
  shallowRef,
  ssrContextKey,
} from 'vue'

/**
 * Follows a store for as long as the owner lives: the component, or the effect scope. A server follows
 * nothing and renders `onServer`, and so does a component that adopts its markup, until it is mounted.
 */
export function useStore<State>(store: Store<State>, onServer: State): Readonly<ShallowRef<State>> {
  const isOnServer = hasInjectionContext() && inject(ssrContextKey, null) !== null
  const component = getCurrentInstance()
  // A component that is about to adopt server-rendered markup holds its first node already.
  const hydrates = component !== null && !component.isMounted && component.vnode.el !== null
  const state = shallowRef(isOnServer || hydrates ? onServer : store.getState())

  let stop = () => {}
  const read = () => {
    state.value = store.getState()
  }
  const follow = () => {
    stop = store.subscribe(read)
    read()
  }
  if (hydrates) onMounted(follow)
  else if (!isOnServer) follow()
  if (getCurrentScope()) onScopeDispose(() => stop())
  return state
}
