import { reactive, shallowRef } from 'vue'

/**
 * Runs something for a button or a form, once at a time: a second click while it runs does nothing.
 * What it throws is kept in `error` until the next run.
 */
export function useAction<A extends readonly unknown[]>(act: (...args: A) => Promise<unknown>) {
  const pending = shallowRef(false)
  const error = shallowRef<unknown>(null)
  const run = async (...args: A) => {
    if (pending.value) return
    pending.value = true
    error.value = null
    try {
      await act(...args)
    } catch (thrown) {
      error.value = thrown
    } finally {
      pending.value = false
    }
  }
  return reactive({ pending, error, run })
}
