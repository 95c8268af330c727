import { createSession } from '@tabkeeper/core'
import { person } from '@tabkeeper-examples/house/bar'

/** The session of this app, in this browser. It keeps its tokens under `admin_token` and its kin. */
export const session = createSession({ app: 'admin', authUrl: '/api/auth', user: person })
