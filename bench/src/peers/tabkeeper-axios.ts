import { withAutoRefresh } from '@tabkeeper/axios'
import { createSession, localStorageArea } from '@tabkeeper/core'
import axios from 'axios'
import { API, type Client } from './peer.ts'

export { seed } from './tabkeeper-seed.ts'

/** As its README has it. `storage` is the default one in a browser; Node has to be told. */
export function open(origin: string): Client {
  const session = createSession({
    app: 'bench',
    authUrl: `${origin}/auth`,
    storage: localStorageArea(),
  })
  const api = withAutoRefresh(axios.create({ baseURL: origin }), session)
  return {
    request: async () => (await api.get(API)).status,
    signOut: () => session.logout(),
    close: () => session.dispose(),
  }
}
