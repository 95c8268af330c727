import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { secureServer } from './secure-server.ts'

/** A request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** Names and values in the order and spelling in which they were sent. */
  readonly rawHeaders: readonly string[]
  /** The token of `Authorization: Bearer …`, if any. */
  readonly token: string | null
  /** Complete once the client has sent the last byte. */
  readonly body: Buffer
}

/** What the server answers: a status, and for the rest whatever it does with the response. */
export type RequestHandler = (request: RecordedRequest, response: ServerResponse) => void

/** A real HTTP server that remembers what it was asked. */
export interface RecordingServer {
  /** `http://127.0.0.1:port`, or `https:`. */
  readonly origin: string
  /** In the order in which their headers arrived. */
  readonly requests: RecordedRequest[]
  /** The paths in the order in which they were first heard of, be it by a preflight. */
  readonly arrivals: string[]
  /** The tokens that are accepted now. */
  readonly accepted: Set<string>
  /** Answers requests to this path instead of the default rule. */
  on(path: string, handler: RequestHandler): void
  close(): Promise<void>
}

export interface RecordingServerOptions {
  /** Whether it speaks HTTP/2, with a certificate that nobody trusts. @default false */
  readonly isSecure?: boolean
}

/**
 * Starts a {@link RecordingServer} on a free port. By default a request with an accepted token gets a
 * 200 and its own body back, and any other a 401 as RFC 6750 has it. Pages of any origin may call it.
 *
 * @example
 * ```ts
 * const server = await startRecordingServer()
 * server.accepted.add('T0')
 * await fetch(`${server.origin}/orders`, { headers: { Authorization: 'Bearer T0' } })
 * console.log(server.requests[0]?.url) // /orders
 * await server.close()
 * ```
 */
export async function startRecordingServer({
  isSecure = false,
}: RecordingServerOptions = {}): Promise<RecordingServer> {
  const requests: RecordedRequest[] = []
  const arrivals: string[] = []
  const accepted = new Set<string>()
  const handlers = new Map<string, RequestHandler>()

  const byToken: RequestHandler = ({ token, body }, response) => {
    if (token !== null && accepted.has(token)) response.end(body)
    else refuse(response)
  }

  const answer = (incoming: IncomingMessage, response: ServerResponse) => {
    allowAnyOrigin(incoming, response)
    const { method = '', url = '', rawHeaders, headers } = incoming
    if (!arrivals.includes(url)) arrivals.push(url)
    if (method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
    const chunks: Buffer[] = []
    const request = {
      method,
      url,
      rawHeaders,
      token: headers.authorization?.replace(/^Bearer /, '') ?? null,
      get body() {
        return Buffer.concat(chunks)
      },
    }
    requests.push(request)
    incoming.on('data', chunk => chunks.push(chunk))
    incoming.on('end', () => {
      const handle = handlers.get(url.replace(/\?.*/, '')) ?? byToken
      handle(request, response)
    })
  }
  const server = isSecure ? secureServer(answer) : createServer(answer)
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  // A server on a port, not on a socket file, has an address of this shape.
  const { port } = server.address() as AddressInfo

  return {
    origin: `http${isSecure ? 's' : ''}://127.0.0.1:${port}`,
    requests,
    arrivals,
    accepted,
    on: (path, handler) => void handlers.set(path, handler),
    close: () =>
      new Promise(closed => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

/** Answers with a 401 that blames the token (RFC 6750 §3.1). */
export function refuse(response: ServerResponse): void {
  response.writeHead(401, {
    'Content-Type': 'application/json',
    'WWW-Authenticate': 'Bearer realm="contract", error="invalid_token"',
  })
  response.end('{"code":"invalid_access_token"}')
}

function allowAnyOrigin(incoming: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', incoming.headers.origin ?? '*')
  response.setHeader('Access-Control-Allow-Methods', '*, PUT, PATCH, DELETE')
  response.setHeader(
    'Access-Control-Allow-Headers',
    incoming.headers['access-control-request-headers'] ?? '*',
  )
  response.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate, X-Answer')
}
