import { useSession } from '@tabkeeper/react'
import { DevtoolsButton } from '@tabkeeper-examples/house/react'
import { useEffect, useState } from 'react'
import { DemonstrationCard } from './demonstration-card.tsx'
import { beSecondTab, demonstrations } from './demonstrations.ts'
import { LogView } from './log-view.tsx'
import { session } from './session.ts'
import { SessionCard } from './session-card.tsx'
import type { Look } from './stage.ts'
import { watch } from './watch.ts'

const isSecondTab = new URLSearchParams(location.search).has('second')

/** The demonstrations, and what there is to see while they run. */
export function Tour() {
  const [stage, setStage] = useState<Look | 'unknown'>('unknown')
  const [running, setRunning] = useState<string | null>(null)
  const signedIn = useSession(session, ({ status }) => status === 'authenticated')
  useEffect(() => watch(setStage), [])

  if (isSecondTab) return <SecondTab />
  if (stage === 'absent')
    return <p className="state">Start the bar on your own machine to see what it can do.</p>
  const accounts = typeof stage === 'object' ? stage.accounts : []
  return (
    <>
      <section className="accounts" aria-labelledby="accounts">
        <h2 id="accounts">Who can sign in</h2>
        <p className="quiet">Made up for this bar at its first start, with a password each.</p>
        <ul>
          {accounts.map(({ email, password, role, name }) => (
            <li key={email}>
              <strong>{name}</strong> <span className="quiet">{role}</span>
              <code>{email}</code>
              <code>{password}</code>
            </li>
          ))}
        </ul>
      </section>
      <section className="try" aria-labelledby="try">
        <h2 id="try">Click and watch</h2>
        <p className="quiet">
          {signedIn
            ? 'One at a time. Each says at its end what there was to see.'
            : 'Sign in first. Each of these uses the session of this page.'}
        </p>
        <div className="stage">
          <SessionCard guest={accounts.find(({ role }) => role === 'customer')} stage={stage} />
          <LogView />
        </div>
        <ul className="demonstrations">
          {demonstrations.map(one => (
            <DemonstrationCard
              key={one.name}
              demonstration={one}
              isReady={signedIn && (running === null || running === one.name)}
              onRunning={isRunning => setRunning(isRunning ? one.name : null)}
            />
          ))}
          <li className="demonstration sheet" aria-label="Look deeper">
            <h3>Look deeper</h3>
            <p className="quiet">
              The devtools show flights, waits and replays in all tabs, and can break more than this
              page does.
            </p>
            <DevtoolsButton session={session} />
          </li>
        </ul>
      </section>
    </>
  )
}

function SecondTab() {
  const [words, setWords] = useState('Ready. The first tab says when.')
  useEffect(() => beSecondTab(setWords), [])
  return (
    <section className="try" aria-labelledby="second">
      <h2 id="second">The other tab</h2>
      <p role="status">{words}</p>
      <LogView />
    </section>
  )
}
