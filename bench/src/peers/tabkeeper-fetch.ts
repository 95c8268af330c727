import { createSession, localStorageArea } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { API, type Client } from './peer.ts'

export { seed } from './tabkeeper-seed.ts'

/** As its README has it. `storage` is the default one in a browser; Node has to be told. */
export function open(origin: string): Client {
  const session = createSession({
    app: 'bench',
    authUrl: `${origin}/auth`,
    storage: localStorageArea(),
  })
  const api = withAutoRefresh(fetch, session)
  const orders = origin + API
  return {
    request: async () => (await api(orders)).status,
    signOut: () => session.logout(),
    close: () => session.dispose(),
  }
}
