import type { TokenArea } from '../ports/token-area.ts'

/**
 * Returns `localStorage` as a token area: shared by all tabs and kept until it is erased. Touches
 * nothing until it is used.
 *
 * @example
 * ```ts
 * const session = createSession({ app: 'admin', authUrl: '/api/auth', storage: localStorageArea() })
 * ```
 */
export function localStorageArea(): TokenArea {
  return webStorageArea(() => globalThis.localStorage)
}

/**
 * Returns `sessionStorage` as a token area: this tab only, gone when it is closed.
 *
 * @example
 * ```ts
 * const session = createSession({ app: 'admin', authUrl: '/api/auth', storage: sessionStorageArea() })
 * ```
 */
export function sessionStorageArea(): TokenArea {
  return webStorageArea(() => globalThis.sessionStorage)
}

/**
 * Returns an area that keeps its strings in memory: for tests, for Node, and for pages that may store
 * nothing. Two sessions share what they keep if they share the area.
 *
 * @example
 * ```ts
 * const session = createSession({ app: 'job', authUrl: 'https://api.example.test/auth', storage: memoryArea() })
 * ```
 */
export function memoryArea(): TokenArea {
  const strings = new Map<string, string>()
  return {
    read: key => strings.get(key) ?? null,
    write: (key, value) => void strings.set(key, value),
    erase: key => void strings.delete(key),
  }
}

/** The very property throws in sandboxed frames, so it is asked for at each use. */
function webStorageArea(storage: () => Storage): TokenArea {
  return {
    read: key => storage().getItem(key),
    write: (key, value) => storage().setItem(key, value),
    erase: key => storage().removeItem(key),
  }
}
