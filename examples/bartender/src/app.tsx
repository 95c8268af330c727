import { useSession } from '@tabkeeper/react'
import { Shell, SignIn } from '@tabkeeper-examples/house/react'
import { QueuePage } from './queue-page.tsx'
import { session } from './session.ts'

export function App() {
  const door = useSession(session, state =>
    state.status === 'unauthenticated' ? state.reason : state.status,
  )
  return (
    <Shell session={session} place="Counter">
      {door === 'authenticated' ? (
        <QueuePage />
      ) : (
        door !== 'loading' && (
          <SignIn session={session} reason={door} purpose="The counter. What to make next." />
        )
      )}
    </Shell>
  )
}
