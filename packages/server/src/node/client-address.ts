import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * Returns the address of the client, or undefined. `X-Forwarded-For` is believed only for as many
 * proxies as one has in front of the server: everything further left is what the client claims.
 */
export function clientAddress(
  { socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>,
  trustedProxies: number,
): string | undefined {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',')
  const hops = [...forwarded.split(',').map(hop => hop.trim()), socket.remoteAddress ?? '']
  const address = hops[hops.length - 1 - trustedProxies]?.replace(/^::ffff:|%.*$/g, '')
  return address !== undefined && isIP(address) ? address : undefined
}
