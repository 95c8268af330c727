import { useAction } from '@tabkeeper-examples/house/react'
import { useEffect, useState } from 'react'
import type { Demonstration } from './demonstrations.ts'

/** One demonstration: what it does, the button, and what there was to see. */
export function DemonstrationCard(props: {
  readonly demonstration: Demonstration
  readonly isReady: boolean
  readonly onRunning: (isRunning: boolean) => void
}) {
  const { demonstration, isReady, onRunning } = props
  const [now, setNow] = useState('')
  const [seen, setSeen] = useState('')
  const { pending, error, run } = useAction(async () => {
    setSeen('')
    setSeen(await demonstration.run(setNow))
  })
  useEffect(() => onRunning(pending), [pending])

  return (
    <li className="demonstration sheet" aria-label={demonstration.name}>
      <h3>{demonstration.name}</h3>
      <p className="quiet">{demonstration.promise}</p>
      <button type="button" className="primary" disabled={!isReady || pending} onClick={run}>
        {pending ? 'Watch …' : demonstration.action}
      </button>
      {pending && <p className="now">{now}</p>}
      <p className="seen" role="status">
        {!pending && seen}
      </p>
      {Boolean(error) && (
        <p className="notice trouble" role="alert">
          That did not work. Load the page again, and look at the terminal of the bar.
        </p>
      )}
    </li>
  )
}
