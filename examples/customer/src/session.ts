import { createSession } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { person } from '@tabkeeper-examples/house/bar'
import { createBarApi } from '@tabkeeper-examples/house/bar-api'

export const session = createSession({ app: 'customer', authUrl: '/api/auth', user: person })

/** Brings a valid token with every request. */
export const sessionFetch = withAutoRefresh(fetch, session)

export const bar = createBarApi(sessionFetch)
