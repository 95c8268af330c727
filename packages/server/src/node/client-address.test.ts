import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { clientAddress } from './client-address.ts'

function address(remoteAddress: string, forwarded: string | undefined, trustedProxies: number) {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress })
  return clientAddress({ socket, headers: { 'x-forwarded-for': forwarded } }, trustedProxies)
}

describe('row 53: the address of a client', () => {
  it.each([
    ['10.0.0.1', undefined, 0, '10.0.0.1'],
    ['::ffff:10.0.0.1', undefined, 0, '10.0.0.1'],
    ['fe80::1%eth0', undefined, 0, 'fe80::1'],
    ['10.0.0.1', '203.0.113.7', 0, '10.0.0.1'],
    ['10.0.0.1', '203.0.113.7', 1, '203.0.113.7'],
    ['10.0.0.1', '6.6.6.6, 203.0.113.7', 1, '203.0.113.7'],
    ['10.0.0.1', '203.0.113.7,10.0.0.2', 2, '203.0.113.7'],
    ['10.0.0.1', "'; drop table sessions", 1, undefined],
    ['10.0.0.1', undefined, 2, undefined],
  ])('from %s with %s behind %i proxies is %s', (remote, forwarded, proxies, expected) => {
    expect(address(remote, forwarded, proxies)).toBe(expected)
  })
})
