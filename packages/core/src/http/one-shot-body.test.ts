import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { isOneShotBody } from './one-shot-body.ts'

it.each([
  ['a web stream', new Blob(['x']).stream()],
  ['a Node stream', Readable.from(['x'])],
  ['an async iterable', (async function* () {})()],
  ['a form of the form-data package', { pipe() {}, getHeaders() {} }],
])('%s can be read once', (_, body) => {
  expect(isOneShotBody(body)).toBe(true)
})

it.each([
  ['nothing', undefined],
  ['null', null],
  ['a string', 'pipe'],
  ['URL parameters', new URLSearchParams()],
  ['a form', new FormData()],
  ['a blob', new Blob()],
  ['a buffer', new ArrayBuffer(1)],
  ['a view', new Uint8Array(1)],
])('%s can be read again', (_, body) => {
  expect(isOneShotBody(body)).toBe(false)
})
