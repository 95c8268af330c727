import { useCallback, useEffect, useRef, useState } from 'react'

/**
 * Runs something for a button or a form, once at a time: a second click while it runs does nothing.
 * What it throws is kept in `error` until the next run.
 */
export function useAction<A extends readonly unknown[]>(act: (...args: A) => Promise<unknown>) {
  const [state, setState] = useState<{ readonly pending: boolean; readonly error: unknown }>(idle)
  const running = useRef(false)
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })

  const run = useCallback(async (...args: A) => {
    if (running.current) return
    running.current = true
    setState({ pending: true, error: null })
    try {
      await latest.current(...args)
      setState(idle)
    } catch (error) {
      setState({ pending: false, error })
    } finally {
      running.current = false
    }
  }, [])
  return { ...state, run }
}

const idle = { pending: false, error: null }
