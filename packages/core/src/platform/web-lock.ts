import { type Clock, deadline } from '../ports/clock.ts'
import type { HoldOptions, Lock } from '../ports/lock.ts'

export interface WebLockOptions {
  readonly name: string
  readonly clock: Clock
  /** Milliseconds a holder may take before it is passed over. Longer than any honest flight. */
  readonly patience: number
}

/**
 * A Web Lock whose holder is passed over when it does not come back: a frozen tab keeps its lock
 * without end (measured in Chromium). Where Web Locks are missing (plain http) or refused (sandboxed
 * frames) the task runs at once, and the server's grace for a token that comes twice takes over.
 */
export function webLock(options: WebLockOptions): Lock {
  const { name, clock, patience } = options

  async function hold<T>(
    task: (lost: AbortSignal) => Promise<T>,
    { signal }: HoldOptions,
  ): Promise<T> {
    const locks = globalThis.navigator?.locks
    if (locks === undefined) return task(new AbortController().signal)
    for (;;) {
      const holder = await holderOf(locks, name)
      const limit = deadline(clock, patience, 'The wait for the lock')
      try {
        return await request(
          locks,
          name,
          { signal: AbortSignal.any([signal, limit.signal]) },
          lost => {
            limit.clear()
            return task(lost)
          },
        )
      } catch (error) {
        if (signal.aborted || !limit.signal.aborted) throw error
      } finally {
        limit.clear()
      }
      const taken = await takeOver(locks, holder, task, signal)
      if (taken !== null) return taken.result
    }
  }

  /**
   * Steals the lock from a holder that has had it all the while. The stealing itself is done under a
   * second lock, so that of several tabs that lost patience one steals and the others meet a new holder.
   */
  async function takeOver<T>(
    locks: LockManager,
    holder: string | null,
    task: (lost: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ readonly result: T } | null> {
    const limit = deadline(clock, patience, 'The wait for the lock')
    const options = { signal: AbortSignal.any([signal, limit.signal]) }
    const running = await locks
      .request(`${name}:take-over`, options, async () => {
        if (holder === null || (await holderOf(locks, name)) !== holder) return null
        return new Promise<{ readonly task: Promise<T> }>((started, failed) => {
          const stolen: Promise<T> = request(locks, name, { steal: true }, lost => {
            started({ task: stolen })
            return task(lost)
          })
          stolen.catch(failed)
        })
      })
      .finally(limit.clear)
    return running === null ? null : { result: await running.task }
  }

  return { hold }
}

/** `lost` aborts when somebody steals the lock from us: then the request rejects while the task still runs. */
async function request<T>(
  locks: LockManager,
  name: string,
  options: LockOptions,
  task: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController()
  let running: Promise<T> | null = null
  try {
    return await locks.request(name, options, () => {
      running = task(lost.signal)
      return running
    })
  } catch (error) {
    // The task's own failure, or the wait was cut short.
    if (running === null) throw error
    lost.abort(error)
    return running
  }
}

async function holderOf(locks: LockManager, name: string): Promise<string | null> {
  const { held = [] } = await locks.query()
  return held.find(lock => lock.name === name)?.clientId ?? null
}
