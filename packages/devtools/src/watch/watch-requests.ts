import type { Session } from '@tabkeeper/core'
import type { Detail } from '../log/entry.ts'
import { fingerprint } from '../log/fingerprint.ts'

/** The requests of one session in this page. */
export interface RequestWatch {
  /** How many wait for a token. */
  waiting(): number
  /** From now on the token is treated as over: the next request waits for another one. */
  expire(): void
  /** Whether it is treated so. */
  isOver(): boolean
  stop(): void
}

/** Requests that wait, or were refused, at the same time. */
interface Crowd {
  readonly since: number
  inside: number
  count: number
  /** Of those that are through: how many are where they wanted to be. */
  served: number
}

/**
 * Stands between a session and the adapters that ask it for tokens, and counts. What is asked and what is
 * answered stays as it is; no token is looked at.
 */
export function watchRequests(
  session: Session,
  record: (detail: Detail) => void,
  now: () => number,
): RequestWatch {
  const { lease, renew } = session
  const app = fingerprint(session.app)
  let isOver = false

  const about = () => {
    const state = session.getState()
    const id = state.status === 'authenticated' ? state.sessionId : null
    return { app, session: id === null ? null : fingerprint(id) }
  }
  const passed = ({ since }: Crowd) => Math.max(0, Math.round(now() - since))

  const queue = createCrowd(now, {
    // Without a token a request goes out all the same.
    isServed: () => true,
    came: ({ count }) => record({ what: 'waiting', ...about(), count }),
    left(crowd) {
      const { count, served } = crowd
      record({ what: 'waited', ...about(), count, ms: passed(crowd), failed: count - served })
    },
  })
  const refusals = createCrowd(now, {
    isServed: newer => newer !== null,
    came() {},
    left(crowd) {
      const { count, served } = crowd
      record({ what: 'refused', ...about(), count, ms: passed(crowd), replayed: served })
    },
  })

  const watchedLease: Session['lease'] = signal => {
    const answer = isOver
      ? session.refresh(signal ? { signal } : {}).then(() => lease.call(session, signal))
      : lease.call(session, signal)
    if (answer !== null && 'then' in answer) queue.enter(answer)
    return answer
  }
  const watchedRenew: Session['renew'] = (refused, signal) => {
    const answer = renew.call(session, refused, signal)
    queue.enter(answer)
    refusals.enter(answer)
    return answer
  }
  session.lease = watchedLease
  session.renew = watchedRenew
  // Whatever became of the refresh, there is nothing left to pretend.
  const undo = (
    ['signed-in', 'signed-out', 'refreshed', 'refresh-unreachable', 'replaced'] as const
  ).map(event =>
    session.on(event, () => {
      isOver = false
    }),
  )

  return {
    waiting: queue.inside,
    isOver: () => isOver,
    expire() {
      isOver = session.getState().status === 'authenticated'
    },
    stop() {
      for (const each of undo) each()
      if (session.lease === watchedLease) session.lease = lease
      if (session.renew === watchedRenew) session.renew = renew
    },
  }
}

interface CrowdWatch {
  isServed(lease: object | null): boolean
  came(crowd: Crowd): void
  left(crowd: Crowd): void
}

/** Counts who is inside at the same time, and tells when the first have come and when the last has left. */
function createCrowd(now: () => number, { isServed, came, left }: CrowdWatch) {
  let crowd: Crowd | null = null

  return {
    inside: () => crowd?.inside ?? 0,
    enter(answer: Promise<object | null>): void {
      const mine = crowd ?? { since: now(), inside: 0, count: 0, served: 0 }
      crowd = mine
      mine.inside++
      // Those who come in one turn come together.
      if (mine.count++ === 0) queueMicrotask(() => came(mine))
      const leave = (isWell: boolean) => {
        mine.inside--
        if (isWell) mine.served++
        if (mine.inside > 0) return
        if (crowd === mine) crowd = null
        left(mine)
      }
      answer.then(
        lease => leave(isServed(lease)),
        () => leave(false),
      )
    },
  }
}
