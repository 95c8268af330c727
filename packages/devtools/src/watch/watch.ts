import type { Session } from '@tabkeeper/core'
import { fingerprint } from '../log/fingerprint.ts'
import type { Log } from '../log/log.ts'
import { type Clock, watchPage } from './watch-page.ts'
import { type RequestWatch, watchRequests } from './watch-requests.ts'
import { watchSession } from './watch-session.ts'

/** A session that is watched. */
export interface Watched {
  readonly session: Session
  /** The fingerprint of its app. */
  readonly app: string
  readonly requests: RequestWatch
}

/** Puts into the log what the page and its sessions do. */
export function watch(
  sessions: readonly Session[],
  log: Log,
  clock: Clock,
): { readonly watched: readonly Watched[]; stop(): void } {
  const quitPage = watchPage(clock, log.record)
  const watched = sessions.map(session => ({
    session,
    app: fingerprint(session.app),
    requests: watchRequests(session, log.record, clock.now),
    quit: watchSession(session, log.record),
  }))
  return {
    watched,
    stop() {
      quitPage()
      for (const { requests, quit } of watched) {
        requests.stop()
        quit()
      }
    },
  }
}
