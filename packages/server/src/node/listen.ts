import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { StartupError } from '../startup-error.ts'
import { clientAddress } from './client-address.ts'

export interface ListenOptions {
  fetch(request: Request, host: { ip?: string | undefined }): Response | Promise<Response>
  /** 0 picks a free one. */
  readonly port: number
  /** @default all interfaces */
  readonly hostname?: string | undefined
  /** How many reverse proxies are in front, whose `X-Forwarded-For` is believed. @default 0 */
  readonly trustedProxies?: number | undefined
}

/** A server that accepts connections. */
export interface Listening {
  readonly port: number
  /** Stops accepting, lets running requests end (at most `patience` milliseconds, default 5 000). */
  close(patience?: number): Promise<void>
}

/**
 * Serves a `Request → Response` function over HTTP.
 * @throws {StartupError} `port-in-use` or `port-unavailable`
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { fetch, port, hostname, trustedProxies = 0 } = options
  const server = createServer(
    { maxHeaderSize: 16 * 1024, requestTimeout: 30_000 },
    getRequestListener(
      (request, env) => {
        if (!('socket' in env.incoming)) throw new TypeError('HTTP/1.1 was expected')
        return fetch(request, { ip: clientAddress(env.incoming, trustedProxies) })
      },
      { overrideGlobalObjects: false },
    ),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => reject(toStartupError(cause, port)))
    server.listen({ port, host: hostname }, resolve)
  })
  const address = server.address()
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: (patience = 5_000) => close(server, patience),
  }
}

function close(server: Server, patience: number): Promise<void> {
  return new Promise(resolve => {
    // Kept-alive connections go as they fall idle, and after a while whatever is left goes too.
    const sweep = setInterval(() => server.closeIdleConnections(), 20)
    const giveUp = setTimeout(() => server.closeAllConnections(), patience)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(giveUp)
      resolve()
    })
    server.closeIdleConnections()
  })
}

function toStartupError(cause: NodeJS.ErrnoException, port: number): StartupError {
  if (cause.code === 'EADDRINUSE') {
    const message = `Port ${port} is in use by another program: stop that one, or choose another with PORT.`
    return new StartupError('port-in-use', message, { cause })
  }
  const message = `Port ${port} cannot be opened (${cause.message}): choose another with PORT or HOST.`
  return new StartupError('port-unavailable', message, { cause })
}
