/** The Web Locks of one browser profile. */
export interface VirtualLocks {
  /** The `navigator.locks` of one page; what happens in the page goes through `run`. */
  of(clientId: string, run: (task: () => void) => void): LockManager
  /** The page is gone: what it held and what it waited for is let go. */
  drop(clientId: string): void
}

interface Ask {
  readonly clientId: string
  grant(): void
  fail(reason: unknown): void
}

interface Line {
  holder: Ask | null
  readonly waiting: Ask[]
}

/**
 * Returns locks of the platform's shape: one holder per name, first come, first served, a signal that
 * ends a wait, `ifAvailable`, `steal`, and the holders' ids in `query`. Exclusive locks only.
 */
export function virtualLocks(): VirtualLocks {
  const lines = new Map<string, Line>()

  function lineOf(name: string): Line {
    const line = lines.get(name) ?? { holder: null, waiting: [] }
    lines.set(name, line)
    return line
  }

  function next(line: Line): void {
    if (line.holder !== null) return
    line.holder = line.waiting.shift() ?? null
    line.holder?.grant()
  }

  function leave(line: Line, ask: Ask): void {
    const place = line.waiting.indexOf(ask)
    if (place >= 0) line.waiting.splice(place, 1)
    if (line.holder === ask) line.holder = null
    next(line)
  }

  function request<T>(
    clientId: string,
    run: (task: () => void) => void,
    name: string,
    { signal, steal = false, ifAvailable = false }: LockOptions,
    task: LockGrantedCallback<T>,
  ): Promise<Awaited<T>> {
    const line = lineOf(name)
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      if (ifAvailable && line.holder !== null) {
        queueMicrotask(() => run(() => void Promise.resolve(task(null)).then(resolve, reject)))
        return
      }
      const stopWaiting = () => {
        if (line.holder === ask) return
        leave(line, ask)
        reject(signal?.reason)
      }
      const ask: Ask = {
        clientId,
        fail: reason => run(() => reject(reason)),
        grant() {
          signal?.removeEventListener('abort', stopWaiting)
          const lock: Lock = { name, mode: 'exclusive' }
          const work = () => Promise.resolve(task(lock)).finally(() => leave(line, ask))
          queueMicrotask(() => run(() => void work().then(resolve, reject)))
        },
      }
      signal?.addEventListener('abort', stopWaiting)
      if (!steal) {
        line.waiting.push(ask)
        return next(line)
      }
      line.holder?.fail(new DOMException('The lock was stolen', 'AbortError'))
      line.holder = ask
      ask.grant()
    })
  }

  return {
    of(clientId, run) {
      const locks: Pick<LockManager, 'query'> & { request: unknown } = {
        request: (name: string, ...rest: [LockGrantedCallback<unknown>] | AskArguments) => {
          const [options, task] = rest.length === 1 ? [{}, rest[0]] : rest
          return request(clientId, run, name, options, task)
        },
        async query() {
          const held: LockInfo[] = []
          for (const [name, { holder }] of lines)
            if (holder !== null) held.push({ name, mode: 'exclusive', clientId: holder.clientId })
          return { held, pending: [] }
        },
      }
      // The two overloads of `request` are the two forms of `rest` above.
      return locks as LockManager
    },
    drop(clientId) {
      for (const line of lines.values()) {
        for (const ask of [...line.waiting, line.holder])
          if (ask?.clientId === clientId) leave(line, ask)
      }
    },
  }
}

type AskArguments = [LockOptions, LockGrantedCallback<unknown>]
