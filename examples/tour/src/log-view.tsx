import { useEffect, useRef, useSyncExternalStore } from 'react'
import { getLines, onLine } from './log.ts'

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** What happened, in this page and at the server, newest last. */
export function LogView() {
  const lines = useSyncExternalStore(onLine, getLines)
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    if (lines.length > 0) list.current?.scrollTo(0, list.current.scrollHeight)
  }, [lines])
  return (
    <section className="sheet log" aria-labelledby="log">
      <h3 id="log">What happens</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <ol ref={list} tabIndex={0} aria-labelledby="log">
        {lines.length === 0 && <li className="quiet">Nothing yet.</li>}
        {lines.map(({ id, at, where, words }) => (
          <li key={id} data-where={where}>
            <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>
            <span className="where">{where}</span>
            <span>{words}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
