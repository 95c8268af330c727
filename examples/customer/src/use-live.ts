import { follow, type Live } from '@tabkeeper-examples/house/live'
import { onScopeDispose, shallowRef } from 'vue'

/** Follows what `load` answers, as `follow` does, until the component is gone. */
export function useLive<T>(load: (signal: AbortSignal) => Promise<T>, every: number) {
  const live = shallowRef<Live<T>>({ is: 'loading' })
  const { reload, stop } = follow(load, every, next => {
    live.value = next
  })
  onScopeDispose(stop)
  return { live, reload }
}
