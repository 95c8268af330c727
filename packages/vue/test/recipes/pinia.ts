import type { Session } from '@tabkeeper/core'
import { useSession } from '@tabkeeper/vue'
import { defineStore, type PiniaPluginContext } from 'pinia'
import { computed } from 'vue'

declare module 'pinia' {
  export interface DefineStoreOptionsBase<S, Store> {
    /** Whether the store is for everybody, and stays as it is when the session changes. */
    readonly keep?: boolean
  }
}

/** Returns the store of a session: `const useAuth = defineSessionStore(session)`. */
export function defineSessionStore<User>(session: Session<User>) {
  return defineStore('session', () => {
    const state = useSession(session)
    const user = computed(() => (state.value.status === 'authenticated' ? state.value.user : null))
    return { state, user }
  })
}

/** Returns a plugin that lets stores forget what belonged to a session: `pinia.use(forgetWithSession(session))`. */
export function forgetWithSession(session: Session) {
  return ({ store, options }: PiniaPluginContext) => {
    if (options.keep) return
    const first = JSON.stringify(store.$state)
    const forget = () => store.$patch(state => Object.assign(state, JSON.parse(first)))
    for (const news of ['signed-in', 'replaced', 'signed-out'] as const) session.on(news, forget)
  }
}
