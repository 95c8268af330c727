import { type ReadableSession, useSession } from '@tabkeeper/react'
import { expiryInWords } from '../src/remaining.ts'
import { refreshInWords, sessionInWords } from '../src/session-in-words.ts'
import { Ticking } from './ticking.tsx'

/** The quiet line at the foot of every page: how the session is doing and when its token ends. */
export function SessionLine({ session }: { readonly session: ReadableSession<unknown> }) {
  const state = useSession(session)
  const expiresAt = state.status === 'authenticated' ? state.expiresAt : null
  const doing = refreshInWords(state)
  return (
    <p className="session-line" data-testid="session-state" data-session-status={state.status}>
      <span>Session: {sessionInWords(state)}</span>
      {expiresAt !== null && (
        <>
          {' · '}
          <Ticking key={expiresAt} words={now => expiryInWords(expiresAt, now)} every={1000} />
        </>
      )}
      {doing && ` · ${doing}`}
    </p>
  )
}
