import { createSession, restEndpoint, type Session } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { type Person, person } from '@tabkeeper-examples/house/bar'
import { createBarApi } from '@tabkeeper-examples/house/bar-api'

/**
 * One person's place at the counter's tablet: a session, and the bar's API as that session asks it.
 * A request belongs to the place it was made at, whoever stands there when it is sent.
 */
export interface Place {
  readonly app: string
  readonly session: Session<Person>
  readonly fetch: typeof globalThis.fetch
  readonly bar: ReturnType<typeof createBarApi>
}

const places = new Map<string, Place>()

/** Returns a place by the name of its session: `bartender` is the first, `bartender-2` the next. */
export function placeOf(app: string): Place {
  const place = places.get(app) ?? createPlace(app)
  places.set(app, place)
  return place
}

function createPlace(app: string): Place {
  // Each has keys, a lock and a channel of its own; to the server they are all the bartender's app.
  const endpoint = restEndpoint('/api/auth', { client: 'bartender' })
  const session = createSession({ app, endpoint, user: person })
  const fetch = withAutoRefresh(globalThis.fetch, session)
  return { app, session, fetch, bar: createBarApi(fetch) }
}
