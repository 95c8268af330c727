import { useCallback, useEffect, useRef, useState } from 'react'
import { follow, type Live } from '../src/live.ts'

/** Follows what `load` answers, as `follow` does. `load` is a function of the module, not of a render. */
export function useLive<T>(load: (signal: AbortSignal) => Promise<T>, every: number) {
  const [live, setLive] = useState<Live<T>>({ is: 'loading' })
  const following = useRef<ReturnType<typeof follow> | null>(null)
  useEffect(() => {
    const current = follow(load, every, setLive)
    following.current = current
    return () => current.stop()
  }, [load, every])
  const reload = useCallback(async () => following.current?.reload(), [])
  return { live, reload }
}
