import { createServer, type Server } from 'node:http'
import { StartupError } from '../startup-error.ts'
import { type NodeHandlerOptions, toNodeHandler } from './node-handler.ts'

export interface ListenOptions extends NodeHandlerOptions {
  /** 0 picks a free one. */
  readonly port: number
  /** @default all interfaces */
  readonly hostname?: string | undefined
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
  const { port, hostname } = options
  const server = createServer(
    { maxHeaderSize: 16 * 1024, requestTimeout: 30_000 },
    toNodeHandler(options),
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
