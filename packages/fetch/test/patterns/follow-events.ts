import type { Session } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { EventSource } from 'eventsource'

/** Follows a stream of server-sent events for as long as this session lasts. Returns the end of it. */
export function followEvents(
  session: Session,
  url: string,
  hear: (data: string) => void,
): () => void {
  const stream = new EventSource(url, { fetch: withAutoRefresh(fetch, session) })
  stream.addEventListener('message', ({ data }) => hear(data))

  const stop = () => {
    stream.close()
    for (const forget of subscriptions) forget()
  }
  const subscriptions = [session.on('signed-out', stop), session.on('replaced', stop)]
  return stop
}
