import { useSession } from '@tabkeeper/react'
import { nameOf } from '@tabkeeper-examples/house/bar'
import { Ticking, useAction } from '@tabkeeper-examples/house/react'
import { remaining } from '@tabkeeper-examples/house/remaining'
import {
  reasonInWords,
  refreshInWords,
  sessionInWords,
} from '@tabkeeper-examples/house/session-in-words'
import { useEffect, useState } from 'react'
import { session } from './session.ts'
import { type Look, type Stage, setPace } from './stage.ts'

/** This page's session: who it is, what its token still has to live, and the way in. */
export function SessionCard(props: {
  readonly guest: Stage['accounts'][number] | undefined
  readonly stage: Look | 'unknown'
}) {
  const { guest, stage } = props
  const state = useSession(session)
  const signIn = useAction(async () => {
    if (guest) await session.login({ email: guest.email, password: guest.password })
  })
  const isQuick = typeof stage === 'object' && stage.quick
  return (
    <section className="sheet session-card" aria-labelledby="this-page">
      <h3 id="this-page">This page</h3>
      {state.status === 'authenticated' ? (
        <>
          <p className="who">{nameOf(state.user)}, at the Table</p>
          {state.expiresAt !== null && <TokenLife key={state.expiresAt} until={state.expiresAt} />}
        </>
      ) : (
        <>
          <p>
            {(state.status === 'unauthenticated' && reasonInWords(state.reason)) ||
              'Nobody is signed in here.'}
          </p>
          <button
            type="button"
            className="primary"
            disabled={!guest || signIn.pending}
            onClick={signIn.run}
          >
            Sign in as {guest?.name ?? 'a guest'}
          </button>
        </>
      )}
      <p className="quiet" data-testid="session-state" data-session-status={state.status}>
        Session: {sessionInWords(state)} {refreshInWords(state)}
      </p>
      <p className="line" data-line={stage === 'no-answer' ? 'lost' : 'open'}>
        {stage === 'no-answer' ? 'The server does not answer' : 'The server answers'}
        {isQuick && ' · tokens live ten seconds'}
      </p>
      {isQuick && (
        <button type="button" className="plain" onClick={() => void setPace(false)}>
          Back to half an hour
        </button>
      )}
    </section>
  )
}

/** A bar that runs out as the token does. */
function TokenLife({ until }: { readonly until: number }) {
  const [whole] = useState(() => Math.max(1, until - Date.now()))
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  return (
    <div className="life">
      <meter
        aria-label="What the token has left"
        min={0}
        max={whole}
        value={Math.max(0, until - now)}
      />
      <Ticking words={time => remaining(until, time) ?? 'over'} every={250} />
    </div>
  )
}
