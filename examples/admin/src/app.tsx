import { useSession } from '@tabkeeper/react'
import { Shell, SignIn, useHeadingFocus } from '@tabkeeper-examples/house/react'
import { session } from './session.ts'
import { SessionsPage } from './sessions-page.tsx'

export function App() {
  const door = useSession(session, state =>
    state.status === 'unauthenticated' ? state.reason : state.status,
  )
  useHeadingFocus(door)
  return (
    <Shell session={session} place="Office">
      {door === 'authenticated' ? (
        <SessionsPage />
      ) : (
        door !== 'loading' && (
          <SignIn
            session={session}
            reason={door}
            name="The office"
            purpose="See who is signed in, and where. End what should not be."
          />
        )
      )}
    </Shell>
  )
}
