import type { Entry } from './entry.ts'
import type { Log } from './log.ts'

/** As much of a `BroadcastChannel` as is needed. */
export interface Channel {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  close(): void
}

const NAME = 'tabkeeper-devtools'

/** To a tab that has just opened: what happened before it did, and not all of it. */
const HISTORY = 500

type Message =
  | { readonly is: 'hello' }
  | { readonly is: 'entries'; readonly entries: readonly Entry[] }

/** Tells the other tabs what happens in this one, and takes what they tell. Returns the undo. */
export function shareLog(log: Log, channel: Channel | null = openChannel()): () => void {
  if (channel === null) return () => {}
  const send = (sent: Message) => channel.postMessage(sent)
  channel.addEventListener('message', ({ data }) => {
    const { is, entries } = Object(data)
    if (is === 'entries' && Array.isArray(entries)) log.take(entries)
    if (is === 'hello') send({ is: 'entries', entries: log.own().slice(-HISTORY) })
  })
  const quit = log.subscribe(own => {
    if (own !== null) send({ is: 'entries', entries: [own] })
  })
  send({ is: 'hello' })
  send({ is: 'entries', entries: [...log.own()] })
  return () => {
    quit()
    channel.close()
  }
}

/** Where there are none, or none are allowed, this tab is the only one that is seen. */
function openChannel(): Channel | null {
  try {
    return new BroadcastChannel(NAME)
  } catch {
    return null
  }
}
