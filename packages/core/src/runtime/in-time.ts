import { type Clock, deadline } from '../ports/clock.ts'
import { whenAborted } from '../ports/when-aborted.ts'

export interface Limits {
  readonly clock: Clock
  /** Milliseconds that a call to the server may take. */
  readonly refreshTimeout: number
  /** Aborts when the session object is disposed of. */
  readonly disposed: AbortSignal
}

/**
 * What `call` comes to, or a rejection when its time is up, the session is disposed of or the caller gives
 * up, also where the call takes no notice of its signal.
 */
export async function inTime<T>(
  { clock, refreshTimeout, disposed }: Limits,
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
  caller?: AbortSignal,
): Promise<T> {
  const limit = deadline(clock, refreshTimeout, what)
  const signal = AbortSignal.any([limit.signal, disposed, ...(caller ? [caller] : [])])
  const over = new AbortController()
  try {
    return await Promise.race([call(signal), whenAborted(signal, over.signal)])
  } finally {
    limit.clear()
    over.abort()
  }
}
