import { type ReactNode, useEffect, useState } from 'react'

/**
 * Words that change with time. It keeps its own clock, so that the page around it does not render
 * when a second passes; a screen reader reads the words when asked and is not told of each change.
 */
export function Ticking(props: {
  readonly words: (now: number) => ReactNode
  /** Milliseconds between two looks at the clock. */
  readonly every: number
}) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), props.every)
    return () => clearInterval(timer)
  }, [props.every])
  return (
    <span role="timer" aria-live="off">
      {props.words(now)}
    </span>
  )
}
