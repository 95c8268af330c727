import { useSession } from '@tabkeeper/react'
import { Shell, SignIn, useHeadingFocus } from '@tabkeeper-examples/house/react'
import { useEffect } from 'react'
import { watchIdle } from './idle.ts'
import { LockButton } from './lock-button.tsx'
import type { Place } from './place.ts'
import { QueuePage } from './queue-page.tsx'
import { leaveSeat, lock, takeSeat } from './roster.ts'

/** How long a shared tablet waits for a touch before it asks who is there, in milliseconds. */
const IDLE = 2 * 60_000

/** One person's place: the sign-in page or the queue. */
export function Counter(props: {
  readonly place: Place
  /** Whether the tablet has to know whose turn it is. */
  readonly isShared: boolean
  readonly hasPin: boolean
}) {
  const { isShared, hasPin } = props
  const { session, app } = props.place
  const door = useSession(session, state =>
    state.status === 'unauthenticated' ? state.reason : state.status,
  )
  const person = useSession(session, state =>
    state.status === 'authenticated' ? state.user : null,
  )
  useHeadingFocus(door)

  useEffect(() => {
    if (person) takeSeat(app, person)
  }, [app, person])
  useEffect(
    () =>
      session.on('signed-out', ({ reason }) => {
        if (reason === 'logout' || reason === 'logout-elsewhere') leaveSeat(app)
      }),
    [app, session],
  )

  const mayBeLeft = isShared && door === 'authenticated'
  useEffect(() => {
    if (!mayBeLeft) return
    // Without a PIN there is only the password to come back with.
    return watchIdle(IDLE, () => (hasPin ? lock() : void session.logout()))
  }, [mayBeLeft, hasPin, session])

  return (
    <Shell
      session={session}
      place="Counter"
      controls={person && <LockButton app={app} person={person} hasPin={hasPin} />}
    >
      {door === 'authenticated' ? (
        <QueuePage key={person?.id} place={props.place} />
      ) : (
        door !== 'loading' && (
          <SignIn
            session={session}
            reason={door}
            name="The counter"
            purpose="What to make next, oldest first, as it is ordered."
          >
            {isShared && (
              <button type="button" className="plain" onClick={lock}>
                Back to who is signed in
              </button>
            )}
          </SignIn>
        )
      )}
    </Shell>
  )
}
