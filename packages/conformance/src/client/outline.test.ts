import { expect, it } from 'vitest'
import { outline } from './outline.ts'

it.each([
  [
    { access_token: 'eyJ', expires_in: 900, token_type: 'Bearer' },
    '{ access_token: …, expires_in: 900, token_type: "Bearer" }',
  ],
  [
    { code: 'invalid_credentials', detail: 'for eva' },
    '{ code: "invalid_credentials", detail: … }',
  ],
  [{ code: 'a'.repeat(41) }, '{ code: … }'],
  [{ error: '<script>' }, '{ error: … }'],
  [{ '<b>': 1 }, '{ …: 1 }'],
  [{ sessions: [{ id: 1 }, { id: 2 }] }, '{ sessions: [2 × {…}] }'],
  [{ user: { name: 'Eva' }, empty: {}, none: null }, '{ user: {…}, empty: {}, none: null }'],
  [['eva'], '[1 × …]'],
  ['eva', '…'],
  [[], '[]'],
])('says of %j what it is made of', (body, said) => {
  expect(outline(body)).toBe(said)
})

it('stops at a dozen members', () => {
  const body = Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`m${index}`, index]))
  expect(outline(body)).toMatch(/m11: 11, … }$/)
})
