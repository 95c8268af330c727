import { expect, it } from 'vitest'
import { readSetCookie } from './set-cookie.ts'

it('reads name, value and attributes', () => {
  const cookie = readSetCookie('__Host-s=a=b; Path=/; HttpOnly; SameSite=Lax')
  expect(cookie).toMatchObject({ name: '__Host-s', value: 'a=b', isRemoval: false })
  expect([...cookie.attributes]).toEqual([
    ['path', '/'],
    ['httponly', ''],
    ['samesite', 'Lax'],
  ])
})

it.each([
  ['s=; Max-Age=0', true],
  ['s=; max-age=-1', true],
  ['s=; Expires=Thu, 01 Jan 1970 00:00:00 GMT', true],
  ['s=1; Max-Age=60', false],
  ['s=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT', false],
  ['s=1', false],
])('knows whether %j takes it away', (header, isRemoval) => {
  expect(readSetCookie(header).isRemoval).toBe(isRemoval)
})
