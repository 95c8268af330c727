import { useSession } from '@tabkeeper/react'
import { Shell, SignIn, useHeadingFocus } from '@tabkeeper-examples/house/react'
import { QueuePage } from './queue-page.tsx'
import { session } from './session.ts'

export function App() {
  const door = useSession(session, state =>
    state.status === 'unauthenticated' ? state.reason : state.status,
  )
  useHeadingFocus(door)
  return (
    <Shell session={session} place="Counter">
      {door === 'authenticated' ? (
        <QueuePage />
      ) : (
        door !== 'loading' && (
          <SignIn
            session={session}
            reason={door}
            name="The counter"
            purpose="What to make next, oldest first."
          />
        )
      )}
    </Shell>
  )
}
