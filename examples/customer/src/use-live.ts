import { follow, type Live } from '@tabkeeper-examples/house/live'
import { shallowRef, watchEffect } from 'vue'

/** Follows what `load` answers, as `follow` does, until the component is gone; starts over when `every` changes. */
export function useLive<T>(load: (signal: AbortSignal) => Promise<T>, every: () => number) {
  const live = shallowRef<Live<T>>({ is: 'loading' })
  let following: ReturnType<typeof follow> | null = null
  watchEffect(onCleanup => {
    const current = follow(load, every(), next => {
      live.value = next
    })
    following = current
    onCleanup(current.stop)
  })
  return { live, reload: async () => following?.reload() }
}
