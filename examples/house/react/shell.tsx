import { type ReadableSession, useSession } from '@tabkeeper/react'
import type { ReactNode } from 'react'
import { nameOf, type Person } from '../src/bar.ts'
import { SessionLine } from './session-line.tsx'
import { useAction } from './use-action.ts'

/** The frame of a page: whose it is, the way out, and the session's quiet line. */
export function Shell(props: {
  readonly session: ReadableSession<Person> & { logout(): Promise<unknown> }
  /** Where in the bar one is: `Office`, `Counter`. */
  readonly place: string
  readonly children: ReactNode
}) {
  const person = useSession(props.session, state =>
    state.status === 'authenticated' ? nameOf(state.user) : null,
  )
  const signOut = useAction(() => props.session.logout())
  return (
    <>
      <header className="masthead">
        <p className="wordmark">
          Keeper’s <span>{props.place}</span>
        </p>
        {person && (
          <div className="masthead-end">
            <span className="person">{person}</span>
            <button
              type="button"
              className="plain"
              disabled={signOut.pending}
              onClick={signOut.run}
            >
              Sign out
            </button>
          </div>
        )}
      </header>
      {props.children}
      <footer className="foot">
        <SessionLine session={props.session} />
      </footer>
    </>
  )
}
