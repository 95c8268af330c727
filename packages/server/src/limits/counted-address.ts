import { networkOf } from '../events/kept-address.ts'

/**
 * Returns what limits count an address as. Whoever has an IPv6 address has at least 2⁶⁴ of them to choose
 * from (RFC 6177), so that all of a /64 are one; an IPv4 address is itself.
 */
export const countedAddress = (ip: string | null): string =>
  ip?.includes(':') ? networkOf(ip, 4) : `${ip}`
