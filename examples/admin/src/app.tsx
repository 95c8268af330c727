import { useSession } from '@tabkeeper/react'
import { Shell, SignIn, useHeadingFocus } from '@tabkeeper-examples/house/react'
import { MenuPage } from './menu-page.tsx'
import { OfficeNav } from './office-nav.tsx'
import { session } from './session.ts'
import { SessionsPage } from './sessions-page.tsx'
import { TonightPage } from './tonight-page.tsx'
import { type Place, usePlace } from './use-place.ts'

export function App() {
  const door = useSession(session, state =>
    state.status === 'unauthenticated' ? state.reason : state.status,
  )
  const person = useSession(session, state =>
    state.status === 'authenticated' ? state.user?.id : undefined,
  )
  const place = usePlace()
  useHeadingFocus(door === 'authenticated' ? place : door)
  return (
    <Shell session={session} place="Office" nav={<OfficeNav here={place} />}>
      {door === 'authenticated' ? (
        // What one person has begun is not the next one's.
        <Room key={person} place={place} />
      ) : (
        door !== 'loading' && (
          <SignIn
            session={session}
            reason={door}
            name="The office"
            purpose="How the evening goes, who is signed in and where, and what the menu looks like."
          />
        )
      )}
    </Shell>
  )
}

function Room({ place }: { readonly place: Place }) {
  switch (place) {
    case 'tonight':
      return <TonightPage />
    case 'sessions':
      return <SessionsPage />
    case 'menu':
      return <MenuPage />
  }
}
