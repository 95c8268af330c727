import type { Session } from '@tabkeeper/core'
import { RequireSession, returnPath, useSession } from '@tabkeeper/react'
import { Navigate, Outlet, useLocation, useSearchParams } from 'react-router'

/** A layout for routes that need somebody: whoever is not signed in is asked, and led back afterwards. */
export function SignedIn({ session }: { readonly session: Session }) {
  const { pathname, search, hash } = useLocation()
  const signIn = `/sign-in?returnTo=${encodeURIComponent(pathname + search + hash)}`
  return (
    <RequireSession
      session={session}
      loading={<p>One moment …</p>}
      fallback={() => <Navigate to={signIn} replace />}
    >
      <Outlet />
    </RequireSession>
  )
}

/** A layout for the sign-in page: whoever is signed in goes where they wanted to go. */
export function SignedOut({ session }: { readonly session: Session }) {
  const [query] = useSearchParams()
  const isSignedIn = useSession(session, state => state.status === 'authenticated')
  return isSignedIn ? <Navigate to={returnPath(query.get('returnTo'))} replace /> : <Outlet />
}

/** A loader runs before its layout is shown. One that finds nobody leaves it to the layout to ask. */
export function whileSignedIn<Args, Data>(session: Session, load: (args: Args) => Data) {
  return (args: Args) => (session.getState().status === 'authenticated' ? load(args) : null)
}
