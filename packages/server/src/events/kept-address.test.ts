import { describe, expect, it } from 'vitest'
import { keptAddress } from './kept-address.ts'

describe('what is kept of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.0'],
    ['10.0.0.255', '10.0.0.0'],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::'],
    ['2001:db8::1', '2001:db8::'],
    ['2001:DB8:0:1::1', '2001:db8::'],
    ['fe80::1', 'fe80::'],
    ['::1', '::'],
    ['1::2:3:4:5:6:7', '1:0:2::'],
    [null, null],
  ])('%s truncated is %s', (ip, network) => {
    expect(keptAddress(ip, 'truncated')).toBe(network)
    expect(keptAddress(ip, 'full')).toBe(ip)
    expect(keptAddress(ip, 'none')).toBeNull()
  })
})
