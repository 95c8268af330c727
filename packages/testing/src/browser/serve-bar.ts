import { type HttpBindings, type ServerType, serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import {
  type AuthServer,
  type AuthServerOptions,
  createAuthServer,
  generateKeys,
  openDatabase,
} from '@tabkeeper/server'
import { Hono } from 'hono'
import { bundlePage } from './bundle-page.ts'

/** The real server behind a real port, with a page that has the SDK, and hands on the wire. */
export interface ServedBar extends AsyncDisposable {
  /** `http://localhost:…`, a secure context. */
  readonly origin: string
  readonly auth: AuthServer
  readonly counts: { refreshes: number; requests: number; refused: number }
  readonly account: { readonly email: string; readonly password: string }
  /** How far the server's clock is ahead of the machine's, in milliseconds. Turn it, and `clockOffset` of the pages. */
  clockOffset: number
  /** Lets the server answer the next refreshes, and cuts the connection after the first byte of each answer. */
  loseAnswers(count: number): void
  /** Keeps the answers to refreshes back for so many milliseconds from now on, after the server has committed. */
  delayAnswers(ms: number): void
}

/**
 * Serves the reference server at `/api/auth`, a guarded `/api/orders`, and a blank page with the SDK as
 * `tabkeeper`, on a free port of the loopback address. Options are those of `createAuthServer`.
 */
export async function serveBar(options: Partial<AuthServerOptions> = {}): Promise<ServedBar> {
  const database = await openDatabase({ url: ':memory:' })
  let clockOffset = 0
  const auth = await createAuthServer({
    database,
    keys: await generateKeys(),
    rateLimits: false,
    clock: { now: () => Date.now() + clockOffset },
    ...options,
  })
  const account = { email: 'ada@bar.test', password: 'correct horse battery staple' }
  await auth.users.create({ ...account, role: 'admin' })

  const script = await bundlePage()
  const counts = { refreshes: 0, requests: 0, refused: 0 }
  let losing = 0
  let delay = 0

  const app = new Hono<{ Bindings: HttpBindings }>()
  app.all('/api/auth/*', async c => {
    const isRefresh = c.req.path.endsWith('/refresh')
    const response = await auth.fetch(c.req.raw)
    if (isRefresh) counts.refreshes++
    if (isRefresh && delay > 0) await new Promise(done => setTimeout(done, delay))
    if (!isRefresh || losing === 0) return response
    losing--
    // Browsers quietly repeat a request whose connection ends before the first byte, so one is sent.
    const { outgoing } = c.env
    outgoing.writeHead(response.status, { 'content-length': 1000 })
    outgoing.write('{', () => outgoing.destroy())
    return RESPONSE_ALREADY_SENT
  })
  app.get('/api/orders', async c => {
    counts.requests++
    const verified = await auth.verify(c.req.raw)
    if (!(verified instanceof Response)) return c.json({ user: verified.user.id })
    counts.refused++
    return verified
  })
  app.get('/page.js', c => c.body(script, 200, { 'content-type': 'text/javascript' }))
  app.get('*', c =>
    c.html(
      `<!doctype html><html lang="en"><title>A tab</title><script>clockOffset = ${clockOffset}</script><script src="/page.js"></script></html>`,
    ),
  )

  const server = await listen(app)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `http://localhost:${port}`,
    auth,
    counts,
    account,
    get clockOffset() {
      return clockOffset
    },
    set clockOffset(ms) {
      clockOffset = ms
    },
    loseAnswers(count) {
      losing = count
    },
    delayAnswers(ms) {
      delay = ms
    },
    async [Symbol.asyncDispose]() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise(done => server.close(done))
      await auth.close()
      await database.close()
    },
  }
}

function listen(app: Hono<{ Bindings: HttpBindings }>): Promise<ServerType> {
  return new Promise(listening => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      listening(server),
    )
  })
}
