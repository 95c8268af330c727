import { expect } from 'vitest'
import { problemSchema } from '../../src/contract/answers.ts'
import { type Operation, operations, problemsOf } from '../../src/contract/operations.ts'
import type { Answer } from './test-server.ts'

const places = { auth: '/api/auth', admin: '/api/admin', events: '/api/events' }

const outside = new Set(['/api/auth/openapi.json', '/api/auth/openapi'])

/** Holds an answer to the contract: its status, its code and its exact shape. */
export function expectContract(method: string, pathname: string, answer: Answer): void {
  // A server that was given other paths has the same contract there.
  if (!Object.values(places).some(place => pathname.startsWith(place))) return
  if (method === 'OPTIONS' || method === 'HEAD' || outside.has(pathname)) return
  const { status, body, headers } = answer
  if (status >= 400) {
    expect(headers.get('Content-Type')).toBe('application/problem+json')
    expect(problemSchema.safeParse(body).error).toBeUndefined()
    if (status === 405 || body.code === 'not_found') return
  }
  const operation = operations.find(one => matches(one, method, pathname))
  if (!operation) throw new Error(`${method} ${pathname} is not in the contract`)
  if (status >= 400) {
    expect([...problemsOf(operation)]).toContain(body.code)
    return
  }
  const schema = operation.answers[status]
  if (schema === undefined) throw new Error(`${method} ${pathname} answered ${status}`)
  if (schema === null) expect(body).toBeNull()
  else if (schema !== 'stream') expect(schema.safeParse(body).error).toBeUndefined()
}

function matches({ method, below, path }: Operation, asked: string, pathname: string): boolean {
  const pattern = `${places[below]}${path}`.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')
  return method.toUpperCase() === asked && new RegExp(`^${pattern}$`).test(pathname)
}
