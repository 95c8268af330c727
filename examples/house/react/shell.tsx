import type { Session } from '@tabkeeper/core'
import { useSession } from '@tabkeeper/react'
import type { ReactNode } from 'react'
import { nameOf, type Person } from '../src/bar.ts'
import { Banners } from './banners.tsx'
import { DevtoolsButton } from './devtools-button.tsx'
import { SessionLine } from './session-line.tsx'
import { Tally } from './tally.tsx'
import { useAction } from './use-action.ts'

/** The frame of a page: whose it is, the ways around and out, and the session's quiet line. */
export function Shell(props: {
  readonly session: Session<Person>
  /** Where in the bar one is: `Office`, `Counter`. */
  readonly place: string
  /** The ways around, for who is signed in. */
  readonly nav?: ReactNode
  /** What else can be done about who is here, before signing out. */
  readonly controls?: ReactNode
  readonly children: ReactNode
}) {
  const person = useSession(props.session, state =>
    state.status === 'authenticated' ? nameOf(state.user) : null,
  )
  const signOut = useAction(() => props.session.logout())
  return (
    <>
      <header>
        <div className="masthead">
          <p className="wordmark">
            <Tally /> <span className="house">Keeper’s</span>{' '}
            <span className="place">{props.place}</span>
          </p>
          {person && props.nav}
          {person && (
            <div className="masthead-end">
              <span className="person">{person}</span>
              {props.controls}
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
        </div>
        <Banners session={props.session} />
      </header>
      {props.children}
      <footer className="foot">
        <SessionLine session={props.session} />
        <DevtoolsButton session={props.session} />
      </footer>
    </>
  )
}
