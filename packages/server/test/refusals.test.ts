import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Operation, operations, problemsOf } from '../src/contract/operations.ts'
import { defaultTenantId } from '../src/database/migrations.ts'
import { problemStatus } from '../src/http/problem.ts'
import { defaultClients, type ProblemCode, toInstant } from '../src/index.ts'
import { createTokenIssuer } from '../src/tokens/token-issuer.ts'
import { createPasswords } from '../src/users/passwords.ts'
import { expectContract } from './support/contract.ts'
import { createSqlite } from './support/databases.ts'
import { day, minute, password, readAnswer, startServer } from './support/test-server.ts'

const adminToken = 'kQm1cLrTz0vXy8sUe7hWnBpGf3aJd5oI2tE6uR9q'
const hash = await createPasswords().hash(password)
const once = { points: 1, seconds: 60 }

/** What a server needs to be set to, to refuse in this way. */
const settings: Partial<Record<ProblemCode, Parameters<typeof startServer>[1]>> = {
  forbidden: { registration: false },
  session_limit: { maxSessions: 2, whenFull: 'refuse' },
  rate_limited: {
    rateLimits: { account: once, address: once, refresh: once, list: once, adminToken: once },
  },
}

/** Shown elsewhere: they are about what is behind the server, and no request asks for them. */
const elsewhere = {
  internal_error: 'logs.test.ts',
  temporarily_unavailable: 'database-away.test.ts',
} as const satisfies Partial<Record<ProblemCode, string>>

type World = Awaited<ReturnType<typeof start>>
type Guest = Awaited<ReturnType<World['guest']>>

async function start(code: ProblemCode) {
  const world = await startServer(await createSqlite(), {
    clients: { ...defaultClients, till: { ...defaultClients.default, transport: 'cookie' } },
    admin: { tokens: [adminToken] },
    events: { perSession: 1 },
    allowedHosts: ['bar.example', 'sales.example', 'nobody.example'],
    tenantOf(request) {
      const [name = ''] = new URL(request.url).hostname.split('.')
      return name === 'bar' ? null : name
    },
    ...settings[code],
  })
  const { server, clock, database, keys } = world
  await server.tenants.create('sales')
  const issuer = createTokenIssuer(
    keys,
    { issuer: 'tabkeeper', audience: 'tabkeeper' },
    clock,
    30 * minute,
  )
  return {
    ...world,
    /** An administrator with a bearer session and one by cookie, made without hashing. */
    async guest() {
      const id = randomUUID()
      const account = { id, email: `${id}@bar.example`, name: null, role: 'admin' }
      await database.kysely
        .insertInto('users')
        .values({
          ...account,
          tenant_id: defaultTenantId,
          password_hash: hash,
          created_at: toInstant(clock.now()),
          disabled_at: null,
        })
        .execute()
      const user = { ...account, tenantId: defaultTenantId }
      const bearer = await world.createSession(user)
      const till = await world.createSession(user, 'till')
      const found = await server.store.getSession(bearer.id)
      if (!found) throw new Error('The session is not there')
      const { token } = await issuer.accessToken(user, found.session, 0)
      return { user, bearer, till, token }
    },
  }
}

/** A request to an endpoint. */
interface Call {
  readonly host: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** The request as it would be granted. */
function granted({ path, method, access }: Operation, { user, bearer, token }: Guest): Call {
  const bodies: Readonly<Record<string, object>> = {
    '/login': { email: user.email, password },
    '/register': { email: `new-${user.email}`, password },
    '/refresh': { refresh_token: bearer.refreshToken },
    '/reauthenticate': { password },
    '/password': { current_password: password, new_password: 'an entirely new password' },
  }
  return {
    host: 'bar.example',
    query: '',
    headers: {
      ...(method === 'post' && { 'Content-Type': 'application/json' }),
      ...(access !== 'anybody' && { Authorization: `Bearer ${token}` }),
    },
    body: method === 'post' ? (bodies[path] ?? {}) : undefined,
  }
}

/** The same by cookie, from an own page. */
function byCookie(call: Call, { till }: Guest, token = till.refreshToken): Call {
  const { Authorization: _, ...headers } = call.headers
  const page = { 'X-Session-Client': 'till', 'Sec-Fetch-Site': 'same-origin' }
  const Cookie = `__Host-tabkeeper_till=${token}`
  return { ...call, headers: { ...headers, ...page, Cookie } }
}

interface Scene {
  readonly world: World
  readonly operation: Operation
  readonly guest: Guest
  readonly call: Call
  send(call: Call): Promise<unknown>
}

/** How each refusal is provoked: what happens before, and the request that is refused. */
const provocations: Readonly<Partial<Record<ProblemCode, (scene: Scene) => Call | Promise<Call>>>> =
  {
    invalid_request: ({ call, operation: { path, query, below } }) => {
      if (below === 'events') return { ...call, query: '?access_token=x' }
      return query ? { ...call, query: '?limit=0' } : { ...call, body: `{"${path}"` }
    },
    request_too_large: ({ call }) => ({ ...call, body: { note: 'x'.repeat(17 * 1024) } }),
    unsupported_media_type: ({ call }) => ({
      ...call,
      headers: { ...call.headers, 'Content-Type': 'text/plain' },
      body: 'a note',
    }),
    not_authenticated: ({ call, guest, operation: { path } }) => {
      if (path !== '/refresh') return { ...call, headers: without(call.headers, 'Authorization') }
      const { headers } = byCookie(call, guest)
      return { ...call, body: {}, headers: without(headers, 'Cookie') }
    },
    invalid_access_token: ({ call }) => ({
      ...call,
      headers: { ...call.headers, Authorization: 'Bearer forged' },
    }),
    invalid_refresh_token: ({ call }) => ({ ...call, body: { refresh_token: 'srt1_forged' } }),
    invalid_credentials: ({ call }) => {
      const wrong = { password: 'not this one', current_password: 'not this one' }
      return { ...call, body: { ...Object(call.body), ...wrong } }
    },
    session_revoked: async ({ world, call, guest }) => {
      await world.server.store.revokeSession(guest.bearer.id)
      return call
    },
    session_expired({ world, call, guest, operation: { path } }) {
      world.clock.advance(2 * day)
      return path === '/refresh' ? call : byCookie(call, guest) // an access token would be over too
    },
    account_disabled: async ({ world, call, guest }) => {
      await world.server.users.setDisabled(guest.user.id, true)
      return call
    },
    refresh_token_reused: async ({ world, call, guest, operation: { path } }) => {
      const { bearer, till } = guest
      const { mint, clock, server } = world
      if (path === '/refresh') {
        const { body } = await world.refresh(bearer.refreshToken)
        await world.me(body.access_token)
        clock.advance(minute)
        return call
      }
      const page = byCookie({ ...call, host: 'bar.example', query: '', body: undefined }, guest)
      const send = (method: string, path: string, token: string) =>
        server.fetch(
          new Request(`https://bar.example/api/auth${path}`, {
            method,
            headers: {
              ...page.headers,
              'Content-Type': 'application/json',
              Cookie: `__Host-tabkeeper_till=${token}`,
            },
          }),
        )
      await send('POST', '/refresh', till.refreshToken)
      await send('GET', '/me', mint(till, 1)) // the successor has arrived
      clock.advance(minute)
      return byCookie(call, guest)
    },
    insufficient_user_authentication({ world, call }) {
      world.clock.advance(20 * minute)
      return call
    },
    csrf_rejected: ({ call, guest }) => {
      const { headers, ...rest } = byCookie(call, guest)
      return { ...rest, headers: { ...headers, 'Sec-Fetch-Site': 'cross-site' } }
    },
    forbidden: ({ call, operation: { path } }) =>
      path === '/register' ? call : { ...call, host: 'sales.example' },
    tenant_not_found: ({ call }) => ({ ...call, host: 'nobody.example' }),
    misdirected_request: ({ call }) => ({ ...call, host: 'evil.example' }),
    email_taken: ({ call, guest }) => ({ ...call, body: { email: guest.user.email, password } }),
    password_rejected: ({ call }) => ({
      ...call,
      body: { ...Object(call.body), password: 'password1', new_password: 'password1' },
    }),
    session_limit: ({ call }) => call,
    session_not_found: ({ call }) => call,
    user_not_found: ({ call }) => call,
    rate_limited: async ({ call, send, operation: { access } }) => {
      const wrong = { password: 'not this one', current_password: 'not this one' }
      const again =
        access === 'admin-or-token'
          ? { ...call, headers: { 'X-Admin-Token': adminToken } }
          : access === 'session' && call.body !== undefined
            ? { ...call, body: { ...Object(call.body), ...wrong } }
            : call
      await send(again)
      return again
    },
    too_many_streams: async ({ call, send }) => {
      await send(call)
      return call
    },
  }

const without = (headers: Call['headers'], name: string) =>
  Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name))

const places = { auth: '/api/auth', admin: '/api/admin', events: '/api/events' }

/** Paths name somebody and a session that are there, unless the refusal is that they are not. */
function pathOf({ path, below }: Operation, guest: Guest, code: ProblemCode): string {
  const user = code === 'user_not_found' ? randomUUID() : guest.user.id
  const session = code === 'session_not_found' ? randomUUID() : guest.till.id
  const isSession = path.startsWith('/sessions/')
  return `${places[below]}${path.replace('{id}', isSession ? session : user).replace('{sid}', session)}`
}

/** What a refusal may not change; when a session was last seen is no part of it. */
async function snapshot({ database: { kysely } }: World) {
  const sessions = await kysely.selectFrom('sessions').selectAll().orderBy('id').execute()
  return {
    users: await kysely.selectFrom('users').selectAll().orderBy('id').execute(),
    devices: await kysely.selectFrom('known_devices').selectAll().execute(),
    sessions: sessions.map(({ last_seen_at: _, expires_at: __, ...rest }) => rest),
  }
}

const codes = [...new Set(operations.flatMap(operation => [...problemsOf(operation)]))]

describe('bad input', () => {
  it('has a provocation for every code of the contract', () => {
    const known = new Set([...Object.keys(provocations), ...Object.keys(elsewhere)])
    expect(codes.filter(code => !known.has(code))).toEqual([])
    expect(codes.length).toBeGreaterThan(20)
  })

  it.each(codes.filter(code => !(code in elsewhere)))(
    'row 52: is answered with %s at every endpoint that can, and changes nothing',
    async code => {
      const provoke = provocations[code]
      if (!provoke) throw new Error(`Nothing provokes ${code}`)
      const world = await start(code)
      const answering = operations.filter(operation => problemsOf(operation).has(code))
      for (const operation of answering) {
        const guest = await world.guest()
        const path = pathOf(operation, guest, code)
        const method = operation.method.toUpperCase()
        const ask = ({ host, query, headers, body }: Call) =>
          world.server.fetch(
            new Request(`https://${host}${path}${query}`, {
              method,
              headers,
              ...(body !== undefined && {
                body: typeof body === 'string' ? body : JSON.stringify(body),
              }),
            }),
            { ip: `198.51.100.${operations.indexOf(operation)}` }, // each endpoint has limits of its own
          )
        const call = granted(operation, guest)
        const refused = await provoke({ world, operation, guest, call, send: ask })
        const before = await snapshot(world)
        const answer = await readAnswer(await ask(refused))
        const where = `${method} ${path}`
        expect([where, answer.status, answer.body?.code]).toEqual([
          where,
          problemStatus(code),
          code,
        ])
        expectContract(method, path, answer)
        expect(answer.headers.has('WWW-Authenticate')).toBe(answer.status === 401)
        expect(answer.headers.has('Retry-After')).toBe(answer.status === 429)
        if (code !== 'refresh_token_reused') expect(await snapshot(world)).toEqual(before)
      }
    },
  )
})
