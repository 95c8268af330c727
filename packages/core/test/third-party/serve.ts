import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on a port of this machine that can go away and come back. */
export interface Served extends AsyncDisposable {
  readonly origin: string
  /** Nothing listens any more; what was stored stays. */
  goDown(): Promise<void>
  comeBack(): Promise<void>
}

export async function serve(listener: (origin: string) => RequestListener): Promise<Served> {
  const server = createServer()
  const listen = (port: number) =>
    new Promise<void>(done => server.listen(port, '127.0.0.1', () => done()))
  await listen(0)
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  server.on('request', listener(origin))
  const goDown = () =>
    new Promise<void>(done => {
      server.close(() => done())
      server.closeAllConnections()
    })
  return { origin, goDown, comeBack: () => listen(port), [Symbol.asyncDispose]: goDown }
}
