import type { RequestListener } from 'node:http'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import type { Socket } from 'node:net'
import { selfSigned } from './certificate.ts'

/** A server of HTTP/2 that is closed like one of HTTP/1.1. */
export interface SecureServer extends Http2SecureServer {
  closeAllConnections(): void
}

let certificate: ReturnType<typeof selfSigned> | null = null

/** Makes a server of HTTP/2 that takes the listener of one of HTTP/1.1. Its certificate is made for the occasion. */
export function secureServer(listener: RequestListener): SecureServer {
  certificate ??= selfSigned('127.0.0.1')
  // Node's compatibility layer: requests and responses have the members of those of HTTP/1.1.
  const server = createSecureServer(certificate, listener as never)
  // The sockets, not the sessions: a session that is closing waits for the client to hang up, and a
  // browser lets a connection that it holds in reserve be for minutes.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return Object.assign(server, {
    closeAllConnections() {
      for (const socket of sockets) socket.destroy()
    },
  })
}
