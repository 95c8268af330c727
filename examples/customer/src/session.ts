import { createSession } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { person } from '@tabkeeper-examples/house/bar'
import { createBarApi } from '@tabkeeper-examples/house/bar-api'

export const session = createSession({ app: 'customer', authUrl: '/api/auth', user: person })

/** The bar's API with a valid token on every request. */
export const bar = createBarApi(withAutoRefresh(fetch, session))
