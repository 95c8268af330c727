import type { AxiosInterceptorManager, InternalAxiosRequestConfig } from 'axios'

/** What to do with each request of an instance, around all its request interceptors. */
export interface Bracket {
  /** Sees the config before any interceptor. Whether `after` is wanted. */
  before(config: InternalAxiosRequestConfig): boolean
  /** Sees the config after all interceptors, as the adapter will get it. */
  after(config: InternalAxiosRequestConfig): void
}

type RequestInterceptors = AxiosInterceptorManager<InternalAxiosRequestConfig>

interface Interceptor {
  readonly fulfilled: (config: InternalAxiosRequestConfig) => InternalAxiosRequestConfig
  readonly synchronous: true
  /** Whether this request needs it, asked while axios collects. */
  readonly runWhen?: (config: InternalAxiosRequestConfig) => boolean
}

/** What axios collects the interceptors of a request with; its types leave it out. */
interface Visitable {
  forEach(visit: (interceptor: Interceptor) => void): void
  readonly handlers?: readonly unknown[] | null
}

/**
 * Puts `bracket` around the request interceptors of an instance, and returns the function that takes
 * it away again.
 *
 * An interceptor of our own would not do. Interceptors run in the reverse order of their registration,
 * or, with `legacyInterceptorReqResOrdering: false`, in that order: wherever it stands, another can run
 * after it and exchange the adapter, or `clear()` can remove it. What is always there is the moment
 * when axios collects the interceptors, once per request. Visiting ours first and last puts it at both
 * ends of the chain in either order; and being synchronous, it leaves the chain as it was.
 */
export function bracket(interceptors: RequestInterceptors, { before, after }: Bracket): () => void {
  // Every 1.x has the method, on the prototype of the class.
  const manager = interceptors as RequestInterceptors & Visitable
  const visitOthers = manager.forEach
  const isFirstHook = visitOthers === Object.getPrototypeOf(manager).forEach

  // With nobody between them, both moments are one, and axios's question comes at it: no chain is needed.
  const alone: Interceptor = {
    fulfilled: config => config,
    synchronous: true,
    runWhen(config) {
      if (before(config)) after(config)
      return false
    },
  }

  let inPlace = true

  const visitAll: Visitable['forEach'] = visit => {
    if (!inPlace) return visitOthers.call(manager, visit)
    if (isFirstHook && manager.handlers?.length === 0) return visit(alone)
    let wanted: boolean | undefined
    const ends: Interceptor = {
      fulfilled(config) {
        if (wanted === undefined) wanted = before(config)
        else if (wanted) after(config)
        return config
      },
      synchronous: true,
    }
    visit(ends)
    visitOthers.call(manager, visit)
    visit(ends)
  }

  manager.forEach = visitAll
  return () => {
    inPlace = false
    // Not if somebody has done the same after us: they would be cut off.
    if (manager.forEach === visitAll) manager.forEach = visitOthers
  }
}
