import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { WebSocketServer } from 'ws'
import type { Order, Report } from '../remote/messages.ts'
import { bundlePage } from './bundle-page.ts'
import { openProfile } from './chromium.ts'

/** Where a script runs. */
export type Scope = 'page' | 'web worker' | 'service worker'

/** The connection to a script in the browser. */
export interface RemoteLink extends AsyncDisposable {
  /** The orders are carried out in one task. */
  tell(orders: readonly Order[]): void
}

/** Runs a script in a new Chromium, and connects to the `serveContract` that it calls. */
export async function openRemoteLink(
  entry: URL,
  scope: Scope,
  hear: (report: Report) => void,
): Promise<RemoteLink> {
  const script = await bundlePage(entry)
  const server = createServer(({ url }, response) => {
    const isScript = url === SCRIPT
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><html lang="en"><title>A host</title></html>')
  })
  const sockets = new WebSocketServer({ server })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server on a port, not on a socket file, has an address of this shape.
  const { port } = server.address() as AddressInfo

  const profile = await openProfile(['--ignore-certificate-errors'])
  const page = await profile.context.newPage()
  await page.goto(`http://localhost:${port}/`)
  const connection = once(sockets, 'connection')
  await run(scope, page)
  const [socket] = await connection
  socket.on('message', (data: unknown) => hear(JSON.parse(String(data))))

  return {
    tell: orders => socket.send(JSON.stringify(orders)),
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await profile[Symbol.asyncDispose]()
      server.closeAllConnections()
      await new Promise(closed => server.close(closed))
    },
  }
}

const SCRIPT = '/script.js'

async function run(scope: Scope, page: Page): Promise<unknown> {
  switch (scope) {
    case 'page':
      return page.addScriptTag({ url: SCRIPT })
    case 'web worker':
      return page.evaluate(script => void new Worker(script), SCRIPT)
    case 'service worker':
      return page.evaluate(script => void navigator.serviceWorker.register(script), SCRIPT)
  }
}
