import { type ReadableSession, useSession } from '@tabkeeper/react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Person } from '../src/bar.ts'
import { connectionInWords, onNetworkChange } from '../src/connection.ts'
import { onTakeover } from '../src/takeover.ts'
import { useKeptFocus } from './use-kept-focus.ts'

/** What changed around the page while it was open: the network, the server, who somebody is. */
export function Banners({ session }: { readonly session: ReadableSession<Person> }) {
  const state = useSession(session)
  const isOnline = useSyncExternalStore(onNetworkChange, () => navigator.onLine)
  const [who, setWho] = useState<string | null>(null)
  useEffect(() => onTakeover(session, setWho), [session])

  useKeptFocus(who)
  const trouble = connectionInWords(state, isOnline)
  return (
    <div role="status">
      {trouble && <p className="banner">{trouble}</p>}
      {who !== null && state.status === 'authenticated' && (
        <div className="banner">
          <p>In another tab, {who} signed in. This page is theirs now.</p>
          <button type="button" className="plain" onClick={() => setWho(null)}>
            Understood
          </button>
        </div>
      )}
    </div>
  )
}
