import type { Session } from '@tabkeeper/core'
import { EventSource } from 'eventsource'
import { onNetworkChange } from './connection.ts'

/** How the line to the bar is: `lost` is tried again, `refused` is not. */
export type Line = 'connecting' | 'open' | 'lost' | 'refused'

/**
 * Follows what the bar's server tells as it happens, for as long as this session lasts, and calls back
 * with `heard` for each of the named events and once more whenever some may have been missed. Returns
 * the end of it. `fetch` is the session's own: each connection comes with the token of its moment.
 */
export function followEvents(
  session: Pick<Session, 'on' | 'refresh'>,
  fetch: typeof globalThis.fetch,
  names: readonly string[],
  tell: { heard(): void; line(line: Line): void },
): () => void {
  const stream = new EventSource('/api/events', { fetch })
  let lost = false

  stream.addEventListener('open', () => {
    tell.line('open')
    if (lost) tell.heard()
    lost = false
  })
  stream.addEventListener('error', () => {
    lost = true
    tell.line(stream.readyState === EventSource.CLOSED ? 'refused' : 'lost')
  })
  for (const name of [...names, 'missed']) stream.addEventListener(name, tell.heard)
  // Only the authorization server ends a session: the refresh asks it, and its answer is believed.
  stream.addEventListener('session.revoked', () => {
    session.refresh().catch(() => {})
  })

  // A line that has no network under it looks open until something is said.
  const forgetNetwork = onNetworkChange(() => {
    if (stream.readyState === EventSource.OPEN) tell.line(navigator.onLine ? 'open' : 'lost')
  })

  const stop = () => {
    stream.close()
    forgetNetwork()
    for (const forget of subscriptions) forget()
  }
  const subscriptions = [session.on('signed-out', stop), session.on('replaced', stop)]
  tell.line('connecting')
  return stop
}
