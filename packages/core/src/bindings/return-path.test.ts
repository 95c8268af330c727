import { expect, it } from 'vitest'
import { returnPath } from './return-path.ts'

it.each([
  ['/orders', '/orders'],
  ['/orders?open=1#last', '/orders?open=1#last'],
  ['orders', '/orders'],
  ['', '/'],
])('leads back to the path %j', (value, path) => {
  expect(returnPath(value)).toBe(path)
})

it.each([
  'https://evil.test/',
  '//evil.test',
  '/\\evil.test',
  '\\\\evil.test',
  '/\t/evil.test',
  '/\n/evil.test',
  '/.//evil.test',
  '/a/..//evil.test',
  '/%2e//evil.test',
  'https:/\\evil.test',
  'javascript:alert(1)',
  'data:text/html,hi',
  'http://[',
])('leads to no other page: %j', value => {
  const path = returnPath(value, '/home')
  expect(path).toBe('/home')
})

it.each([undefined, null, 1, ['/orders'], {}])('takes %j for nothing', value => {
  expect(returnPath(value)).toBe('/')
})
