import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { type WebSocket as Connection, WebSocketServer } from 'ws'
import { openRotating, pass } from './long-lived.ts'
import { followSocket } from './patterns/follow-socket.ts'

/** A server of sockets that writes down each connection and who it is said to be. */
async function openSockets() {
  const http = createServer()
  const server = new WebSocketServer({ server: http })
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    http.close()
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo // a server on a port has an address of this shape

  const log: string[] = []
  const connections: Connection[] = []
  server.on('connection', (connection, { url }) => {
    connections.push(connection)
    const number = connections.length
    log.push(`${number}: ${url}`)
    connection.on('message', data => log.push(`${number}: ${JSON.parse(String(data)).token}`))
  })
  return {
    log,
    connections,
    origin: `http://127.0.0.1:${port}`,
    url: `ws://127.0.0.1:${port}/live`,
  }
}

it('J01: connects again with a fresh token, which is never in the URL', async () => {
  const { log, connections, origin, url } = await openSockets()
  const { session } = openRotating(origin)
  onTestFinished(followSocket(session, url, () => {}, 1))
  await expect.poll(() => log).toEqual(['1: /live', '1: T0'])

  pass(59.6 * 60_000)
  connections[0]?.terminate()

  await expect.poll(() => log.at(-1)).toBe('2: T1')
  expect(log.filter(entry => entry.includes('/'))).toEqual(['1: /live', '2: /live'])
})

it('J01: asks for a new token when the server closes because of the one it was given', async () => {
  const { log, connections, origin, url } = await openSockets()
  const rotating = openRotating(origin)
  onTestFinished(followSocket(rotating.session, url, () => {}, 1))
  await expect.poll(() => log).toEqual(['1: /live', '1: T0'])

  connections[0]?.close(4401)

  await expect.poll(() => log).toEqual(['1: /live', '1: T0', '2: /live', '2: T1'])
  expect(rotating.refreshes).toBe(1)
})

it('J04: tells the server of each new token once, over the same connection', async () => {
  const { log, origin, url } = await openSockets()
  const { session } = openRotating(origin)
  const refreshed: unknown[] = []
  const replaced: unknown[] = []
  session.on('refreshed', detail => refreshed.push(detail))
  session.on('replaced', detail => replaced.push(detail))
  onTestFinished(followSocket(session, url, () => {}, 1))
  await expect.poll(() => log).toEqual(['1: /live', '1: T0'])

  await session.refresh()
  await expect.poll(() => log).toEqual(['1: /live', '1: T0', '1: T1'])

  expect(refreshed).toEqual([{ by: 'this-tab' }])
  expect(replaced).toEqual([])
})

it('J02: hears what comes, goes on while the authorization server is away, and stops with the session', async () => {
  const { log, connections, origin, url } = await openSockets()
  const rotating = openRotating(origin)
  const heard: unknown[] = []
  followSocket(rotating.session, url, data => heard.push(data), 1)
  await expect.poll(() => log).toHaveLength(2)
  connections[0]?.send('order 1')
  await expect.poll(() => heard).toEqual(['order 1'])

  rotating.answer = 'unreachable'
  connections[0]?.close(4401)
  await expect.poll(() => log.at(-1)).toBe('2: T0')
  rotating.answer = 'denied'
  connections[1]?.close(4401)
  await expect
    .poll(() => rotating.session.getState())
    .toEqual({ status: 'unauthenticated', reason: 'revoked' })

  await expect(rotating.session.getAccessToken()).rejects.toMatchObject({ code: 'signed-out' })
  expect(log).toEqual(['1: /live', '1: T0', '2: /live', '2: T0'])
})

it('J02: closes the socket when the user signs out', async () => {
  const { log, connections, origin, url } = await openSockets()
  const { session } = openRotating(origin)
  followSocket(session, url, () => {}, 1)
  await expect.poll(() => log).toHaveLength(2)
  const closed = once(connections[0] as Connection, 'close')

  await session.logout()

  await closed
  expect(log).toEqual(['1: /live', '1: T0'])
})

it('J02: the socket of a session that is over neither stays nor ends the one that came after', async () => {
  const { log, connections, origin, url } = await openSockets()
  const { session } = openRotating(origin)
  followSocket(session, url, () => {}, 1)
  await expect.poll(() => log).toHaveLength(2)
  const closed = once(connections[0] as Connection, 'close')

  session.adopt({ access_token: 'B0', refresh_token: 'RB', session: { id: 'another' } })
  onTestFinished(followSocket(session, url, () => {}, 1))

  await closed
  await expect.poll(() => log).toEqual(['1: /live', '1: T0', '2: /live', '2: B0'])
  expect(session.getState()).toMatchObject({ status: 'authenticated', sessionId: 'another' })
})
