import { connect, createServer, type Socket } from 'node:net'

/** A wire to a server that can be cut (connections break) or frozen (nothing arrives any more). */
export interface Wire {
  /** The port of the loopback address to connect to in the server's place. */
  readonly port: number
  cut(): Promise<void>
  freeze(): Promise<void>
  mend(): Promise<void>
}

/** Lays a wire to the host and port of a URL, to be cut by the caller in the end. */
export async function createWire({ hostname, port: to }: URL, standard = 5432): Promise<Wire> {
  const sockets = new Set<Socket>()
  let isFrozen = false
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (isFrozen) return
    const upstream = connect(Number(to || standard), hostname)
    sockets.add(upstream)
    upstream.on('error', () => {})
    socket.pipe(upstream).pipe(socket)
  })
  const listen = (port: number) => new Promise<void>(resolve => server.listen(port, resolve))
  const drop = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  const { port } = address
  return {
    port,
    cut: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        drop()
      }),
    async freeze() {
      isFrozen = true
      drop()
    },
    async mend() {
      drop()
      isFrozen = false
      if (!server.listening) await listen(port)
    },
  }
}
