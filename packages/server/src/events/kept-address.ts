/** How much of a client's address is written down: in sessions and in the audit trail. */
export type KeptAddress = 'full' | 'truncated' | 'none'

/**
 * Returns what is written down of an address. Truncated, it names a network and nobody in it: 24 bits of
 * an IPv4 address, 48 of an IPv6 address. Rate limits never count the truncated one.
 */
export function keptAddress(ip: string | null, kept: KeptAddress): string | null {
  if (ip === null || kept === 'none') return null
  if (kept === 'full') return ip
  return ip.includes(':') ? networkOf(ip, 3) : ip.replace(/\.\d+$/, '.0')
}

/** Returns the network of an IPv6 address, of so many groups of 16 bits; however it is written, it is one. */
export function networkOf(ip: string, size: number): string {
  const [head = '', tail] = ip.toLowerCase().split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last]
    .slice(0, size)
    .map(group => group.replace(/^0+(?=.)/, ''))
  while (groups.at(-1) === '0') groups.pop()
  return `${groups.join(':')}::`
}
