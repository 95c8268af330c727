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

/** The real server behind a real port, and hands on the wire. */
export interface ServedBar extends AsyncDisposable {
  /** `http://localhost:…`, a secure context. */
  readonly origin: string
  readonly auth: AuthServer
  readonly counts: {
    refreshes: number
    signOuts: number
    /** To `/api/orders`; of these, the ones that came with a token, and the ones whose token was refused. */
    requests: number
    withToken: number
    refused: number
  }
  /** Path and query of each request to `/api/orders`, in the order in which they came. */
  readonly orders: string[]
  /** The token that came with each of them, or an empty string. */
  readonly tokens: string[]
  /** Further scripts that it serves, by their path. */
  readonly scripts: Map<string, string>
  readonly account: { readonly email: string; readonly password: string }
  /** How far the server's clock is ahead of the machine's, in milliseconds. Turn it, and `clockOffset` of the pages. */
  clockOffset: number
  /** Lets the server answer the next refreshes, and cuts the connection after the first byte of each answer. */
  loseAnswers(count: number): void
  /** Keeps the answer to the next refresh: the server's, once it has committed, or the given one in its place. */
  keepAnswer(inItsPlace?: Response): KeptRefresh
}

/** A refresh on its way, held between the server and the page. */
export interface KeptRefresh {
  /** Resolves when the page has asked and there is an answer to give. */
  readonly arrived: Promise<void>
  /** Sends the answer. */
  release(): void
}

/**
 * Serves the reference server at `/api/auth`, a guarded `/api/orders`, and `site` for everything else, on
 * a free port of the loopback address. Options are those of `createAuthServer`.
 */
export async function serveBarApi(
  options: Partial<AuthServerOptions> = {},
  site: (clockOffset: () => number) => Promise<Hono> = async () => new Hono(),
): Promise<ServedBar> {
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

  const counts = { refreshes: 0, signOuts: 0, requests: 0, withToken: 0, refused: 0 }
  const orders: string[] = []
  const tokens: string[] = []
  const scripts = new Map<string, string>()
  let losing = 0
  const keepers: Keeper[] = []
  const closing = new AbortController()

  async function answerRefresh(request: Request): Promise<Response> {
    const keeper = keepers.shift()
    const response = keeper?.inItsPlace ?? (await auth.fetch(request))
    counts.refreshes++
    keeper?.arrive()
    await keeper?.released
    return response
  }

  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use('/api/*', async (c, next) => {
    // A sandboxed frame has no origin. The server itself never lets it in; what stands before it may.
    const isNobody = c.req.header('origin') === 'null'
    if (isNobody && c.req.method === 'OPTIONS') c.res = new Response(null, { status: 204 })
    else await next()
    if (!isNobody) return
    c.res.headers.set('access-control-allow-origin', 'null')
    c.res.headers.set(
      'access-control-allow-headers',
      'authorization, content-type, x-session-client',
    )
  })
  app.post('/api/auth/refresh', async c => {
    const response = await answerRefresh(c.req.raw)
    if (losing === 0) return response
    losing--
    // Browsers quietly repeat a request whose connection ends before the first byte, so one is sent.
    const { outgoing } = c.env
    outgoing.writeHead(response.status, { 'content-length': 1000 })
    outgoing.write('{', () => outgoing.destroy())
    return RESPONSE_ALREADY_SENT
  })
  app.all('/api/auth/*', async c => {
    if (c.req.path.endsWith('/logout')) counts.signOuts++
    return auth.fetch(c.req.raw)
  })
  app.all('/api/orders', async c => {
    counts.requests++
    if (c.req.header('authorization') !== undefined) counts.withToken++
    const { pathname, search } = new URL(c.req.url)
    orders.push(pathname + search)
    tokens.push(c.req.header('Authorization')?.replace(/^Bearer /, '') ?? '')
    const verified = await auth.verify(c.req.raw)
    if (!(verified instanceof Response)) return c.json({ user: verified.user.id })
    counts.refused++
    return verified
  })
  app.get('*', (c, next) => {
    const script = scripts.get(c.req.path)
    if (script === undefined) return next()
    return Promise.resolve(c.body(script, 200, { 'content-type': 'text/javascript' }))
  })
  app.route('/', await site(() => clockOffset))

  const server = await listen(app)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `http://localhost:${port}`,
    auth,
    counts,
    orders,
    tokens,
    scripts,
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
    keepAnswer(inItsPlace) {
      const arrival = latch()
      const release = latch()
      closing.signal.addEventListener('abort', release.open)
      keepers.push({ inItsPlace, arrive: arrival.open, released: release.opened })
      return { arrived: arrival.opened, release: release.open }
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise(done => server.close(done))
      await auth.close()
      await database.close()
    },
  }
}

interface Keeper {
  readonly inItsPlace: Response | undefined
  arrive(): void
  readonly released: Promise<void>
}

function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>(done => {
    open = done
  })
  return { opened, open }
}

function listen(app: Hono<{ Bindings: HttpBindings }>): Promise<ServerType> {
  return new Promise(listening => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      listening(server),
    )
  })
}
