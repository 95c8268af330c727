import { SessionError } from '../errors.ts'

/** Where requests wait, in the order in which they came, and no more of them than so many. */
export interface Queue {
  /** Settles as `event` does, or rejects with `signal.reason` as soon as that aborts. */
  wait<T>(event: Promise<T>, signal?: AbortSignal | null): Promise<T>
}

/** Makes a queue for at most `maxWaiting`; whoever comes then is turned away, and nobody else. */
export function createQueue(maxWaiting: number): Queue {
  let waiting = 0

  // The same functions for all who cannot give up: thousands may wait.
  const answered = <T>(value: T): T => {
    waiting--
    return value
  }
  const failed = (reason: unknown): never => {
    waiting--
    throw reason
  }

  return {
    wait<T>(event: Promise<T>, signal?: AbortSignal | null): Promise<T> {
      if (signal?.aborted) return Promise.reject(signal.reason)
      if (waiting >= maxWaiting) return Promise.reject(tooManyWaiting(maxWaiting))
      waiting++
      // As many steps with a signal as without: they would overtake each other otherwise.
      if (!signal) return event.then(answered, failed)
      return new Promise<T>((resolve, reject) => {
        let isWaiting = true
        const leave = () => {
          if (isWaiting) waiting--
          isWaiting = false
          signal.removeEventListener('abort', abort)
        }
        const abort = () => {
          leave()
          reject(signal.reason)
        }
        signal.addEventListener('abort', abort)
        event.then(leave, leave)
        event.then(resolve, reject)
      })
    },
  }
}

function tooManyWaiting(maxWaiting: number): SessionError {
  return new SessionError(
    'too-many-waiting',
    `There are ${maxWaiting} requests waiting for the session, as many as "maxWaiting" allows; this one was not sent.`,
  )
}
