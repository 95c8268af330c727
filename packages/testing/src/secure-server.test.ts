import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { secureServer } from './secure-server.ts'

it('closes on clients that never hang up: in the middle of the handshake, and in reserve after it', async () => {
  const server = secureServer((_, response) => response.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server on a port, not on a socket file, has an address of this shape.
  const { port } = server.address() as AddressInfo
  const arrived = once(server, 'connection')
  const silent = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  await arrived
  const opened = once(server, 'session')
  const idle = connectSecurely({
    socket: connect({ port, host: '127.0.0.1', allowHalfOpen: true }),
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
  })
  await opened
  for (const client of [silent, idle]) {
    client.on('error', () => {}) // cut off, as is meant
    onTestFinished(() => void client.destroy())
  }

  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()

  await closed
  expect(server.listening).toBe(false)
})
