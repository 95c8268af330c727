import type { AuthEndpoint, TokenArea } from '@tabkeeper/core'
import type { Decide, Held, Lock } from '@tabkeeper/core/world'
import type { Assembly } from './seat.ts'

/** Takes something away from what a session is made of. */
export type Removal = (assembly: Assembly) => Assembly

export function both(one: Removal, other: Removal): Removal {
  return assembly => other(one(assembly))
}

export function withDecide(decide: Decide): Removal {
  return assembly => ({ ...assembly, decide })
}

/** Puts another lock in the place of the one that a refresh is done under. */
export function withLock(change: (lock: Lock) => Lock): Removal {
  return ({ world, ...rest }) => ({
    ...rest,
    world: {
      ...world,
      lock(name, patience) {
        const lock = world.lock(name, patience)
        return name.startsWith('tabkeeper-refresh') ? change(lock) : lock
      },
    },
  })
}

export function withStorage(change: (storage: TokenArea) => TokenArea): Removal {
  return ({ options, ...rest }) => ({
    ...rest,
    options: { ...options, storage: change(options.storage) },
  })
}

export function withRefresh(
  change: (refresh: AuthEndpoint['refresh']) => AuthEndpoint['refresh'],
): Removal {
  return ({ options, ...rest }) => {
    const { endpoint } = options
    return {
      ...rest,
      options: { ...options, endpoint: { ...endpoint, refresh: change(endpoint.refresh) } },
    }
  }
}

/** The lock is given back with the first write to one of these keys that is done under it, whatever is still to be done. */
export function leavingWithWriteTo(...keys: readonly string[]): Removal {
  return assembly => {
    let leave = () => {}
    const storage = withStorage(area => ({
      ...area,
      write(name, value) {
        area.write(name, value)
        if (keys.includes(name)) leave()
      },
    }))
    const lock = withLock(inner => ({
      hold: (task, options) =>
        new Promise((resolve, reject) => {
          const work = (held: Held) => {
            const left = new Promise<void>(done => {
              leave = done
            })
            const running = task(held)
            running.then(resolve, reject)
            return Promise.race([running.then(() => {}), left])
          }
          inner.hold(work, options).catch(reject)
        }),
    }))
    return lock(storage(assembly))
  }
}

/** The moments of a flight. */
export type Moment = 'lock wanted' | 'token spent' | 'bad news' | 'lock given back'

/** Between the two moments of a flight nothing is seen of what others store: reads give what was there at the first. */
export function blindBetween(from: Moment, until: Moment): Removal {
  return assembly => {
    const { storage, shut, open } = blindfold(assembly.options.storage)
    const reached = (moment: Moment) => {
      if (moment === from) shut()
      else if (moment === until) open()
    }
    const removals = [
      withStorage(() => storage),
      withRefresh(refresh => async (...call) => {
        reached('token spent')
        const answer = await refresh(...call)
        if (answer.is !== 'granted') reached('bad news')
        return answer
      }),
      withLock(lock => ({
        hold(task, options) {
          reached('lock wanted')
          return lock.hold(task, options).finally(() => reached('lock given back'))
        },
      })),
    ]
    return removals.reduce((changed, remove) => remove(changed), assembly)
  }
}

/** Storage that, while it is shut, shows what it showed before, and what is written through it. */
function blindfold(storage: TokenArea) {
  const keys = new Set<string>()
  let seen: Map<string, string | null> | null = null
  return {
    storage: {
      read(key) {
        keys.add(key)
        return seen?.has(key) ? (seen.get(key) ?? null) : storage.read(key)
      },
      write(key, value) {
        storage.write(key, value)
        seen?.set(key, value)
      },
      erase(key) {
        storage.erase(key)
        seen?.set(key, null)
      },
    } satisfies TokenArea,
    shut() {
      seen = new Map([...keys].map(key => [key, storage.read(key)]))
    },
    open() {
      seen = null
    },
  }
}
