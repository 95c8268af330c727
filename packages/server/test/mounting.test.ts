import { createServer, type Server } from 'node:http'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AuthServer, defaultClients, type ServerEnv } from '../src/index.ts'
import { toNodeHandler, toRequest } from '../src/node/index.ts'
import { createSqlite } from './support/databases.ts'
import { password, startServer } from './support/test-server.ts'

const clients = {
  ...defaultClients,
  till: { ...defaultClients.default, transport: 'cookie' },
} as const

async function open(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return `http://127.0.0.1:${address.port}`
}

/** Each mounts the endpoints and a route of its own, which says who is signed in. */
const hosts: Record<string, (auth: AuthServer) => Promise<string>> = {
  Hono(auth) {
    const app = new Hono<ServerEnv>()
    app.all('/api/auth/*', c => auth.fetch(c.req.raw, { ip: c.env.ip }))
    app.all('/api/orders', auth.requireSession(), c => c.json(c.var.auth.user))
    const fetch = (request: Request, host: object) => app.fetch(request, host)
    return open(createServer(toNodeHandler({ fetch })))
  },

  Express(auth) {
    const app = express()
    app.all('/api/auth/*path', toNodeHandler({ fetch: auth.fetch }))
    app.use(express.json()) // behind the endpoints, which read their bodies themselves
    app.all('/api/orders', async (request, response) => {
      const verified = await auth.verify(toRequest(request))
      if (!(verified instanceof Response)) {
        response.json(verified.user)
        return
      }
      response.status(verified.status)
      verified.headers.forEach((value, name) => void response.setHeader(name, value))
      response.send(await verified.text())
    })
    return open(createServer(app))
  },

  async Fastify(auth) {
    const app = fastify()
    app.register(async scope => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
      const handler = toNodeHandler({ fetch: auth.fetch })
      scope.all('/api/auth/*', (request, reply) => {
        reply.hijack()
        handler(request.raw, reply.raw)
      })
    })
    app.all('/api/orders', async (request, reply) => {
      const verified = await auth.verify(toRequest(request.raw))
      return verified instanceof Response ? reply.send(verified) : verified.user
    })
    onTestFinished(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  },
}

describe.each(Object.entries(hosts))('in %s', (_, mount) => {
  async function start() {
    const { server } = await startServer(await createSqlite(), {
      clients,
      cookies: { secure: false },
    })
    const origin = await mount(server)
    const ask = async (
      method: string,
      path: string,
      headers: Record<string, string> = {},
      body?: object,
    ) => {
      const response = await fetch(`${origin}${path}`, {
        method,
        headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? null : JSON.parse(text),
      }
    }
    return { ask, origin, server }
  }

  it('signs in, refreshes, is verified and signs out', async () => {
    const { ask } = await start()
    const credentials = { email: 'kim@bar.example', password }
    const { status, body } = await ask('POST', '/api/auth/register', {}, credentials)
    expect(status).toBe(201)
    expect(body.session.ip).toBe('127.0.0.1')
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
    expect(await ask('GET', '/api/orders', bearer(body.access_token))).toMatchObject({
      status: 200,
      body: { email: credentials.email },
    })
    const { refresh_token } = body
    const next = await ask('POST', '/api/auth/refresh', {}, { refresh_token })
    expect(next.status).toBe(200)
    const { access_token } = next.body
    expect(
      await ask('DELETE', `/api/auth/sessions/${body.session.id}`, bearer(access_token)),
    ).toMatchObject({ status: 204 })
    const refused = await ask('GET', '/api/orders', bearer(access_token))
    expect(refused).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
    expect(refused.headers.get('Content-Type')).toContain('application/problem+json')
    expect(refused.headers.get('WWW-Authenticate')).toContain('invalid_token')
  })

  it('signs in by cookie, and refuses forged requests', async () => {
    const { ask, origin } = await start()
    const page = { 'X-Session-Client': 'till', Origin: origin }
    const login = await ask('POST', '/api/auth/register', page, {
      email: 'kim@bar.example',
      password,
    })
    const Cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect(await ask('GET', '/api/orders', { Cookie })).toMatchObject({ status: 200 })
    expect(await ask('POST', '/api/orders', { ...page, Cookie }, {})).toMatchObject({ status: 200 })
    const evil = { ...page, Cookie, Origin: 'https://evil.example' }
    expect(await ask('POST', '/api/orders', evil, {})).toMatchObject({ status: 403 })
    expect(await ask('POST', '/api/auth/logout', evil, {})).toMatchObject({ status: 403 })
  })

  it('row 52: stops at a body that is too large, and answers malformed ones', async () => {
    const { ask, origin } = await start()
    const large = { email: 'x'.repeat(20_000), password }
    expect(await ask('POST', '/api/auth/login', {}, large)).toMatchObject({ status: 413 })
    const headers = { 'Content-Type': 'application/json' }
    const bad = await fetch(`${origin}/api/auth/login`, { method: 'POST', headers, body: '{' })
    expect(bad.status).toBe(400)
    expect(await bad.json()).toMatchObject({ code: 'invalid_request' })
  })
})
