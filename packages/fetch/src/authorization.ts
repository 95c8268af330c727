const NAME = 'Authorization'

/** Tells whether there is an `Authorization` header, in whatever form and case. */
export function hasAuthorization(headers: HeadersInit | undefined): boolean {
  if (headers === undefined || headers === null) return false
  if (isHeaders(headers)) return headers.has(NAME)
  if (isPairs(headers)) return [...headers].some(([name]) => isAuthorization(name))
  for (const name in headers) if (isAuthorization(name)) return true
  return false
}

/**
 * Returns a copy of `headers` with the token in it (RFC 6750 §2.1), in place of an older one. A plain
 * object stays a plain object, so that wrappers further in find what they expect.
 */
export function withAuthorization(
  headers: HeadersInit | undefined,
  accessToken: string,
): HeadersInit {
  const value = `Bearer ${accessToken}`
  if (headers === undefined || headers === null) return { [NAME]: value }
  if (!isHeaders(headers) && !isPairs(headers)) return { ...headers, [NAME]: value }

  const copy = new Headers(headers)
  copy.set(NAME, value)
  return copy
}

/** Returns a copy of `headers` that its owner cannot change any more. */
export function copyOf(headers: HeadersInit): HeadersInit {
  return isHeaders(headers) || isPairs(headers) ? new Headers(headers) : { ...headers }
}

function isAuthorization(name: string | undefined): boolean {
  return name?.length === NAME.length && name.toLowerCase() === 'authorization'
}

/** By shape, for `Headers` of another realm or a polyfill. */
function isHeaders(headers: HeadersInit): headers is Headers {
  return 'append' in headers && typeof headers.append === 'function'
}

function isPairs(headers: HeadersInit): headers is [string, string][] {
  return Symbol.iterator in headers
}
