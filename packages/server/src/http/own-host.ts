import { Problem } from './problem.ts'

/**
 * Returns the check that a request was meant for this server: that its `Host` is one of those by which
 * the server is known. Otherwise a name of somebody else that leads here (DNS rebinding, a forged
 * header) would count as the own origin. Without a list every host will do.
 *
 * @throws {Problem} 421 `misdirected_request`
 */
export function createRequireOwnHost(allowedHosts: readonly string[] | undefined) {
  const known = new Set(allowedHosts?.map(host => host.toLowerCase()))
  return (request: Request): void => {
    if (known.size === 0 || known.has(new URL(request.url).host)) return
    throw new Problem('misdirected_request')
  }
}
