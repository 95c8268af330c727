import { expect, onTestFinished } from 'vitest'
import {
  type AuthEvent,
  type AuthServer,
  type AuthServerOptions,
  createAuthServer,
  type Database,
  generateKeys,
  type TokenDocument,
  type User,
} from '../../src/index.ts'
import { mintRefreshToken } from '../../src/tokens/refresh-token.ts'
import { createBrowser } from './browser.ts'
import { createClock } from './clock.ts'
import { expectContract } from './contract.ts'
import { createWatchedLogger, expectNoSecrets } from './no-secrets.ts'
import type { TestDatabase } from './test-databases.ts'

export { createClock, day, hour, minute, second } from './clock.ts'

export const password = 'correct horse battery staple'

const keys = await generateKeys()

/** An answer of the server, read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes, and a wrong one fails them
  readonly body: any
}

export interface Call {
  readonly token?: string | undefined
  readonly body?: unknown
  readonly client?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly ip?: string
  /** The name in front of the host. @default 'bar' */
  readonly host?: string
}

export type TestServer = Awaited<ReturnType<typeof startServer>>

/** Starts the server on one or several pools of a database, with a hand-turned clock and no limits. */
export async function startServer(
  source: TestDatabase,
  { pools = 1, ...options }: Partial<AuthServerOptions> & { pools?: number } = {},
) {
  const clock = createClock()
  const events: AuthEvent[] = []
  const statements: string[] = []
  const { logger, leaks } = createWatchedLogger()
  const onStatement = (sql: string) => {
    statements.push(sql)
    logger.debug({ sql }, 'statement')
  }
  const databases: Database[] = []
  for (let pool = 0; pool < pools; pool++) databases.push(await source.open({ onStatement }))
  const servers = await Promise.all(
    databases.map(database =>
      createAuthServer({
        keys,
        clock,
        rateLimits: false,
        logger,
        on: event => events.push(event),
        ...options,
        database,
      }),
    ),
  )
  const [server] = servers
  const [database] = databases
  if (!server || !database) throw new RangeError('A server needs at least one pool')
  onTestFinished(async () => {
    await Promise.all(servers.map(one => one.close()))
    await Promise.all(databases.map(one => one.close()))
    expect(leaks).toEqual([]) // row 49, in whatever the test was about
  })

  const call = (method: string, path: string, options: Call = {}, by: AuthServer = server) =>
    send(by, method, path, options)

  let users = 0
  return {
    server,
    servers,
    database,
    clock,
    events,
    statements,
    call,
    kinds: () => events.map(({ kind }) => kind),

    /** A browser tab's way to the server, with cookies of its own. */
    browse: (client?: string, origin?: string) => createBrowser(server, client, origin),

    refresh: (refreshToken: string, by?: AuthServer, client?: string) =>
      call(
        'POST',
        '/refresh',
        { body: { refresh_token: refreshToken }, ...(client && { client }) },
        by,
      ),

    me: (accessToken: string, by?: AuthServer) => call('GET', '/me', { token: accessToken }, by),

    /** Makes an account and signs in over the wire. */
    async signUp(
      call_: Omit<Call, 'body'> & { body?: object } = {},
    ): Promise<TokenDocument & { password: string }> {
      const email = `guest-${++users}-${clock.now()}-${Math.random()}@bar.example`
      const { status, body } = await call('POST', '/register', {
        ...call_,
        body: { email, password, ...call_.body },
      })
      if (status !== 201) throw new Error(`register answered ${status}: ${JSON.stringify(body)}`)
      return { ...body, password }
    },

    /** Makes a session without hashing a password, and returns its first refresh token. */
    async createSession(user: User, clientId = 'default', remember = false) {
      const created = await server.store.createSession({
        userId: user.id,
        clientId,
        remember,
        deviceLabel: null,
        userAgent: null,
        ip: null,
      })
      if (!created) throw new Error('The session was refused')
      const { session, secret } = created
      const token = { sessionId: session.id, generation: 0, secret }
      return { id: session.id, secret, refreshToken: mintRefreshToken(keys.refresh, token) }
    },

    async createUser(): Promise<User> {
      const email = `user-${++users}-${Math.random()}@bar.example`
      const created = await server.users.create({ email, password, role: 'user' })
      if (created.is !== 'created') throw new Error(created.is)
      return created.user
    },

    /** The refresh token of any generation, as only the server could have made it. */
    mint: (session: { id: string; secret: Buffer }, generation: number) =>
      mintRefreshToken(keys.refresh, { sessionId: session.id, generation, secret: session.secret }),

    row: (id: string) =>
      database.kysely
        .selectFrom('sessions')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow(),

    keys,
  }
}

async function send(
  server: AuthServer,
  method: string,
  path: string,
  { token, body, client, headers = {}, ip = '203.0.113.7', host = 'bar' }: Call,
): Promise<Answer> {
  const isText = typeof body === 'string'
  const url = new URL(`http://${host}.example/api/auth${path}`)
  const response = await server.fetch(
    new Request(url, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(client !== undefined && { 'X-Session-Client': client }),
        ...headers,
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    }),
    { ip },
  )
  const answer = await readAnswer(response)
  expectContract(method, url.pathname, answer)
  expectNoSecrets(answer)
  return answer
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : JSON.parse(text),
  }
}
