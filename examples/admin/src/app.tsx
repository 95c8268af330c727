import { useSession } from '@tabkeeper/react'
import { Shell, SignIn } from '@tabkeeper-examples/house/react'
import { session } from './session.ts'
import { SessionsPage } from './sessions-page.tsx'

export function App() {
  const door = useSession(session, state =>
    state.status === 'unauthenticated' ? state.reason : state.status,
  )
  return (
    <Shell session={session} place="Office">
      {door === 'authenticated' ? (
        <SessionsPage />
      ) : (
        door !== 'loading' && (
          <SignIn
            session={session}
            reason={door}
            purpose="The office. Who is signed in, and where."
          />
        )
      )}
    </Shell>
  )
}
