import { type Clock, deadline } from '../ports/clock.ts'
import type { Held, HoldOptions, Lock } from '../ports/lock.ts'

export interface WebLockOptions {
  readonly name: string
  readonly clock: Clock
  /** Milliseconds a holder may take before it is passed over. Longer than any honest flight. */
  readonly patience: number
  /** The browser's locks, or `undefined` where it has none. Asked for at each use. */
  locks(): LockManager | undefined
  /** What is held where there are none, or where they are refused. */
  readonly otherwise: Lock
}

type Task<T> = (held: Held) => Promise<T>

/** So many holders in a row are waited for; the wait is bounded by as many times `patience`, and a little. */
const ROUNDS = 4

/** When a device wakes, the holder needs time to come to its end: a sleep uses up one step of the patience. */
const STEPS = 6

/**
 * A Web Lock whose holder is passed over when it does not come back: a frozen tab keeps its lock
 * without end (measured in Chromium). Where Web Locks are missing (plain http) or refused (sandboxed
 * frames), or where nothing helps, the other lock is held.
 */
export function webLock(options: WebLockOptions): Lock {
  const { name, clock, patience } = options

  async function hold<T>(task: Task<T>, { signal }: HoldOptions): Promise<T> {
    let isStarted = false
    const start: Task<T> = held => {
      isStarted = true
      return task(held)
    }
    const locks = options.locks()
    try {
      if (locks !== undefined) {
        const wait = () => queue(locks, start, signal)
        return await request(locks, name, { ifAvailable: true }, start, wait)
      }
    } catch (error) {
      if (isStarted || signal.aborted) throw error
    }
    return options.otherwise.hold(task, { signal })
  }

  async function queue<T>(locks: LockManager, task: Task<T>, signal: AbortSignal): Promise<T> {
    for (let round = 1; ; round++) {
      const since = clock.now()
      const limit = deadline(clock, patience, 'The wait for the lock', STEPS)
      // It was frozen when it got its turn, or the device slept: whoever waits behind it may be about to lose
      // patience, so it queues again.
      const isLate = () => round < ROUNDS && clock.now() > since + patience
      const turn = request<{ readonly value: T } | null>(
        locks,
        name,
        { signal: AbortSignal.any([signal, limit.signal]) },
        async held => {
          limit.clear()
          return isLate() ? null : { value: await task(held) }
        },
      )
      // Asked after queueing: whoever holds it now is ahead of us.
      const holder = holderOf(locks, name)
      try {
        const done = await turn
        if (done !== null) return done.value
      } catch (error) {
        if (signal.aborted || !limit.signal.aborted) throw error
        const taken = await takeOver(locks, await holder, task, signal)
        if (taken !== null) return taken.running
        if (round === ROUNDS) throw error
      } finally {
        limit.clear()
      }
    }
  }

  /**
   * Steals the lock from a holder that has had it all the while. The stealing itself is done under a
   * second lock, so that of several tabs that lost patience one steals and the others meet a new holder.
   */
  async function takeOver<T>(
    locks: LockManager,
    holder: string | null,
    task: Task<T>,
    signal: AbortSignal,
  ): Promise<{ readonly running: Promise<T> } | null> {
    const limit = deadline(clock, patience, 'The wait for the lock', STEPS)
    const options = { signal: AbortSignal.any([signal, limit.signal]) }
    try {
      return await locks.request(`${name}:take-over`, options, async () => {
        if (holder === null || (await holderOf(locks, name)) !== holder) return null
        return new Promise<{ readonly running: Promise<T> }>((started, failed) => {
          const running: Promise<T> = request(locks, name, { steal: true }, held => {
            started({ running })
            return task(held)
          })
          running.catch(failed)
        })
      })
    } finally {
      limit.clear()
    }
  }

  return { hold }
}

/**
 * `lost` aborts when somebody steals the lock from us: then the request rejects while the task still
 * runs. `wait` is what is done in place of the task where the lock was asked for only if it is free.
 */
async function request<T>(
  locks: LockManager,
  name: string,
  options: LockOptions,
  task: Task<T>,
  wait?: () => Promise<T>,
): Promise<T> {
  const lost = new AbortController()
  let running: Promise<T> | null = null
  try {
    return await locks.request(name, options, lock => {
      // What a holder did who was passed over after such a long time has long been visible.
      const wasTaken = wait === undefined && options.steal !== true
      const held = { lost: lost.signal, wasTaken }
      running = lock === null && wait !== undefined ? wait() : task(held)
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
  try {
    const { held = [] } = await locks.query()
    return held.find(lock => lock.name === name)?.clientId ?? null
  } catch {
    return null
  }
}
