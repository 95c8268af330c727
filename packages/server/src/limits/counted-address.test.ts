import { expect, it } from 'vitest'
import { countedAddress } from './counted-address.ts'

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3:8d3::'],
  ['2001:0DB8:85a3:08d3::1', '2001:db8:85a3:8d3::'],
  ['2001:db8::1', '2001:db8::'],
  ['::1', '::'],
  [null, 'null'],
])('limits count %s as %s', (ip, counted) => {
  expect(countedAddress(ip)).toBe(counted)
})
