import type { Clock } from '../ports/clock.ts'

/** By then every tab has seen that another session followed. Who was frozen since cannot tell which of them goes on. */
const CROSSING = 2_000

/** So many times a session is put back; two tabs that have seen two sign-ins in different orders would never end. */
const INSIST = 2

/**
 * So long after it took a session up a tab looks again, also one that is hidden and hears nothing: by then
 * it sees what crossed. A hidden page's timers ring once a second.
 */
export const LOOK_AGAIN = 500

/** Which session this tab is in, and which was there before: other tabs see a sign-in later than it is. */
export interface Succession {
  /** This tab is in that session now; nothing where it was already. */
  follow(identity: string): void
  /** This tab is in none. `ended` is the one that it knows to be over, where it was in none before. */
  leave(ended?: string): void
  /** Whether this is of the session before ours, and of a tab that may not know yet that ours has followed. */
  isCrossing(identity: string): boolean
  /** Whether it is neither ours, which is new here, nor the one before: this tab cannot tell whether ours followed it. */
  isStrange(identity: string): boolean
  /** Ours is put back over what crossed it. */
  insist(): void
}

export function createSuccession(
  clock: Clock,
  disposed: AbortSignal,
  lookAgain: () => void,
): Succession {
  let current: string | null = null
  let previous: string | null = null
  let since = 0
  let insisted = 0
  let cancel = () => {}
  disposed.addEventListener('abort', () => cancel())

  const isRecent = () => clock.now() < since + CROSSING

  function start(): void {
    cancel()
    since = clock.now()
    if (previous !== null) cancel = clock.wake(since + LOOK_AGAIN, lookAgain)
  }

  return {
    follow(identity) {
      if (identity === current) return
      if (identity !== previous) insisted = 0
      previous = current ?? previous
      current = identity
      start()
    },
    leave(ended) {
      previous = ended ?? current ?? previous
      current = null
      cancel()
    },
    isCrossing(identity) {
      const isPrevious = identity === previous && identity !== current
      return isPrevious && isRecent() && insisted < INSIST
    },
    isStrange: identity =>
      current !== null && identity !== current && identity !== previous && isRecent(),
    insist() {
      insisted++
      start()
    },
  }
}
