import { onScopeDispose, readonly, ref } from 'vue'

/** The time, looked at `every` so many milliseconds. Use it in a small component: it updates with it. */
export function useNow(every: number) {
  const now = ref(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, every)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}
