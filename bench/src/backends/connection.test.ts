import { expect, it } from 'vitest'
import { readAnswer } from './connection.ts'

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'

it('reads an answer when all of it is there', () => {
  const text = `${head}Content-Length: 9\r\n\r\n{"id":42}`
  expect(readAnswer(text)).toEqual({ status: 200, body: '{"id":42}' })
  for (const length of [0, 20, head.length, text.length - 1]) {
    expect(readAnswer(text.slice(0, length))).toBeNull()
  }
})

it('reads one that comes in chunks to its last', () => {
  const text = `${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`
  expect(readAnswer(text)).toBeNull()
  expect(readAnswer(`${text}0\r\n\r\n`)).toMatchObject({ status: 200 })
})

it('reads one without a body', () => {
  expect(readAnswer('HTTP/1.1 204 No Content\r\n\r\n')).toEqual({ status: 204, body: '' })
})
