import { createSessionList, type ListableSession, type SessionList } from '@tabkeeper/core/bindings'
import type { ShallowRef } from 'vue'
import { useStore } from './use-store.ts'

/**
 * Returns where the user is signed in, and ways to end it. It asks the server when it is first called in
 * a browser, and again when somebody else signs in; when its owner is gone, the question is called off.
 *
 * @example
 * ```ts
 * import { computed } from 'vue'
 *
 * const list = useSessionList(session)
 * const others = computed(() => list.value.sessions?.filter(({ current }) => !current))
 * const endAll = () => list.value.revokeOthers()
 * ```
 */
export function useSessionList(session: ListableSession): Readonly<ShallowRef<SessionList>> {
  const store = createSessionList(session)
  return useStore(store, store.getState())
}
