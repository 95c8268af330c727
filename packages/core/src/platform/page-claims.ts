import { type Clock, deadline } from '../ports/clock.ts'
import { whenAborted } from '../ports/when-aborted.ts'
import type { World } from '../ports/world.ts'

export interface PageClaimsOptions {
  readonly clock: Clock
  /** The browser's locks, or `undefined` where it has none. Asked for at each use. */
  locks(): LockManager | undefined
  /** What this page has claimed. */
  readonly claims: Map<string, PageClaim>
}

export interface PageClaim {
  holders: number
  readonly isOurs: Promise<boolean>
  release(): void
}

/** A page that is being left, or reloaded, is gone by then. Milliseconds. */
const PATIENCE = 2_000

/**
 * Names that are claimed by one page at a time, as Web Locks that are held for as long as the claim
 * lasts. All of one page share its claims: a second session of the app is no second page.
 */
export function pageClaims({ clock, locks, claims }: PageClaimsOptions): World['claim'] {
  function make(name: string): PageClaim {
    const released = new AbortController()
    const isOurs = take(name, released.signal)
    return { holders: 0, isOurs, release: () => released.abort() }
  }

  async function take(name: string, released: AbortSignal): Promise<boolean> {
    const limit = deadline(clock, PATIENCE, 'The claim')
    const signal = AbortSignal.any([limit.signal, released])
    const isOurs = await new Promise<boolean>(done => {
      const hold = () => {
        done(true)
        return whenAborted(released)
      }
      // Whatever else goes wrong than the time: nobody can tell.
      const fail = () => done(!limit.signal.aborted)
      Promise.resolve(locks()?.request(name, { signal }, hold)).then(fail, fail)
    })
    limit.clear()
    return isOurs
  }

  return (name, until) => {
    const claim = claims.get(name) ?? make(name)
    claims.set(name, claim)
    claim.holders++
    whenAborted(until).catch(() => {
      if (--claim.holders > 0) return
      claims.delete(name)
      claim.release()
    })
    return claim.isOurs
  }
}
