import { createSession } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { person } from '@tabkeeper-examples/house/bar'

/** The session of the Table: this page is one more tab of that app. */
export const session = createSession({ app: 'customer', authUrl: '/api/auth', user: person })

const api = withAutoRefresh(fetch, session)

/** Asks for the menu as the app does, and tells how that went. */
export async function readMenu(): Promise<boolean> {
  try {
    const { ok } = await api('/api/menu')
    return ok
  } catch {
    return false
  }
}
