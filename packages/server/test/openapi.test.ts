import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../src/contract/operations.ts'
import { createSqlite, type TestDatabase } from './support/databases.ts'
import { startServer } from './support/test-server.ts'

describe('the OpenAPI document', () => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await createSqlite()
  })
  afterAll(() => source.drop())

  const read = async (options = {}) => {
    const { call } = await startServer(source, options)
    const { status, body } = await call('GET', '/openapi.json')
    expect(status).toBe(200)
    return body
  }

  it('is valid OpenAPI 3.1', async () => {
    const body = await read()
    const validator = new Validator()
    expect(await validator.validate(body)).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('has no reference that leads nowhere', async () => {
    const body = await read()
    const references = JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g)
    const names = new Set([...references].map(([, name]) => name))
    expect([...names].sort()).toEqual(Object.keys(body.components.schemas).sort())
    expect(names.size).toBeGreaterThan(5)
  })

  it('says what the requests are checked against', async () => {
    const { paths, components } = await read()
    const body = paths['/api/auth/login'].post.requestBody.content['application/json'].schema
    expect(body).toMatchObject({
      type: 'object',
      required: ['password'],
      properties: { email: { type: 'string', minLength: 1, maxLength: 320 } },
    })
    expect(components.schemas.TokenResponse.required).toContain('refresh_token')
    expect(components.schemas.CookieSessionResponse.properties).not.toHaveProperty('access_token')
    expect(paths['/api/auth/refresh'].post.responses['401'].description).toContain(
      '`refresh_token_reused`',
    )
    expect(paths['/api/auth/sessions'].get.parameters).toContainEqual({
      name: 'limit',
      in: 'query',
      schema: { type: 'integer', minimum: 1, maximum: 100 },
    })
  })

  it('has every endpoint where it is, and each is there', async () => {
    const { call } = await startServer(source)
    const { body } = await call('GET', '/openapi.json')
    const described = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
    )
    expect(described).toHaveLength(operations.length)
    for (const line of described) {
      const [method = '', path = ''] = line.split(' ')
      const answer = await call(method, `/../..${path.replaceAll(/\{\w+\}/g, 'x')}`)
      expect([line, answer.body?.code]).not.toEqual([line, 'not_found'])
      expect([line, answer.status]).not.toEqual([line, 405])
    }
  })

  it('knows where a deployment has put them, and what it has left out', async () => {
    const { server } = await startServer(source, {
      basePath: '/api/sales/auth',
      admin: false,
      events: { path: '/news' },
    })
    const response = await server.fetch(
      new Request('https://bar.example/api/sales/auth/openapi.json'),
    )
    const paths = Object.keys((await response.json()).paths)
    expect(paths).toContain('/api/sales/auth/login')
    expect(paths).toContain('/news')
    expect(paths.filter(path => path.includes('admin'))).toEqual([])
  })

  it('is shown to people on one page, without scripts and without anything from elsewhere', async () => {
    const { server } = await startServer(source)
    const response = await server.fetch(new Request('https://bar.example/api/auth/openapi'))
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=UTF-8')
    expect(response.headers.get('Content-Security-Policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; frame-ancestors 'none'$/,
    )
    const html = await response.text()
    expect(html).not.toMatch(/<script|<link|<img|https?:\/\/|url\(|\son\w+=/i)
    for (const { path } of operations) expect(html).toContain(path)
    expect(html).toContain('refresh_token_reused')
    // What an answer looks like is a click away, and each of these links leads somewhere.
    const links = [...html.matchAll(/href="#([\w-]+)"/g)].map(([, name]) => name)
    expect(links).toEqual(
      expect.arrayContaining(['schema-TokenResponse', 'schema-CookieSessionResponse']),
    )
    for (const name of links) expect(html).toContain(` id="${name}"`)
  })
})
