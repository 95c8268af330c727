/** What older clients call, and what answers them now. */
const endpoints = { '/login': '/login', '/logout': '/logout', '/user': '/me' } as const

/**
 * Returns the function that takes a request to `/api/login`, `/api/logout` or `/api/user` for one to the
 * endpoint of the wire contract, and leaves any other as it is.
 *
 * @param below Where the short paths are, such as `/api`; without it there are none.
 */
export function createShortPaths(below: string | undefined, basePath: string) {
  if (below === undefined) return (request: Request): Request => request
  const paths = new Map(
    Object.entries(endpoints).map(([from, to]) => [join(below, from), join(basePath, to)]),
  )
  return (request: Request): Request => {
    const url = new URL(request.url)
    const path = paths.get(url.pathname)
    if (path === undefined) return request
    url.pathname = path
    const { method, headers, body, signal } = request
    // A body that is a stream needs `duplex`, which not all types of fetch know yet.
    const init = { method, headers, body, signal, duplex: 'half' as const }
    return new Request(url, init)
  }
}

const join = (base: string, path: string): string => `${base.replace(/\/$/, '')}${path}`
