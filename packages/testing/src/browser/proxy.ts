import { once } from 'node:events'
import { createServer, request } from 'node:http'

export interface Proxy extends AsyncDisposable {
  /** Host and port. */
  readonly address: string
}

/** A forward proxy that looks for every host on this machine, for a browser that cannot be told where a host is. */
export async function openProxy(): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming
    const { port, pathname, search } = new URL(url)
    const forward = request(
      { host: '127.0.0.1', port, path: pathname + search, method, headers },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    forward.on('error', () => outgoing.destroy())
    incoming.pipe(forward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}
