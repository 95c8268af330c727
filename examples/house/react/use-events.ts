import type { Session } from '@tabkeeper/core'
import { useEffect, useRef, useState } from 'react'
import { followEvents, type Line } from '../src/follow-events.ts'

/** Follows the named events as `followEvents` does, while the component is there. `names` is a constant of the module. */
export function useEvents(
  session: Pick<Session, 'on' | 'refresh'>,
  fetch: typeof globalThis.fetch,
  names: readonly string[],
  heard: () => void,
): Line {
  const [line, setLine] = useState<Line>('connecting')
  const latest = useRef(heard)
  useEffect(() => {
    latest.current = heard
  })
  useEffect(
    () => followEvents(session, fetch, names, { heard: () => latest.current(), line: setLine }),
    [session, fetch, names],
  )
  return line
}
