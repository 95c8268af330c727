import { z } from 'zod'
import { operations } from '../../../src/contract/operations.ts'
import {
  type AuthServer,
  createAuthServer,
  type Database,
  defaultClients,
  generateKeys,
} from '../../../src/index.ts'
import { createClock } from '../../support/clock.ts'
import { quietLogger } from '../../support/quiet-logger.ts'
import { createRandom, type Random } from '../../support/random.ts'
import type { TestDatabase } from '../../support/test-databases.ts'
import { forgeAccess, forgeRefresh } from './forgeries.ts'
import { hostileBody, hostileHeader, texts } from './texts.ts'

export interface HostileReport {
  readonly requests: number
  /** Answered with success: most is refused at the door, enough must get in to be about more than that. */
  readonly taken: number
  /** Requests whose only credential was a forged one. */
  readonly forged: number
  readonly serverErrors: number
  /** Statements for requests whose only credential was forged. */
  readonly statementsForForged: number
  readonly breaches: readonly string[]
}

const clients = {
  ...defaultClients,
  till: { ...defaultClients.default, transport: 'cookie' },
  shop: { ...defaultClients.default, transport: 'split' },
} as const

const places = { auth: '/api/auth', admin: '/api/admin', events: '/api/events' }

/** A session of an administrator that the requests are almost right about. */
interface Guest {
  readonly email: string
  readonly access_token: string
  readonly refresh_token: string
}

/**
 * Sends so many random requests, all endpoints and every kind of rubbish, and with every third one a
 * request whose only credential is a forged token: that one must cost no statement.
 */
export async function sendHostileInput(
  source: TestDatabase,
  { requests, seed = 52 }: { requests: number; seed?: number },
  tell: (done: number) => void = () => {},
): Promise<HostileReport> {
  const random = createRandom(seed)
  const statements: string[] = []
  const database = await source.open({ onStatement: sql => statements.push(sql) })
  const server = await createAuthServer({
    database,
    keys: await generateKeys(),
    clock: createClock(),
    logger: quietLogger,
    rateLimits: false,
    events: { perSession: 1_000 },
    clients,
    admin: { tokens: ['kQm1cLrTz0vXy8sUe7hWnBpGf3aJd5oI2tE6uR9q'] },
    recentAuth: 0,
  })
  const breaches: string[] = []
  let serverErrors = 0
  let statementsForForged = 0
  let forged = 0
  let taken = 0

  async function send(request: Request, what: string): Promise<Response> {
    statements.length = 0
    const response = await server.fetch(request, { ip: '203.0.113.7' })
    await response.body?.cancel()
    if (response.ok) taken++
    if (response.status >= 500) {
      serverErrors++
      breaches.push(`${what} was answered ${response.status}`)
    }
    return response
  }

  try {
    let guest = await begin(server, database)
    for (let round = 0; round < requests; round++) {
      // What the last one could do, a request may have ended.
      if (round % 50 === 49) guest = await begin(server, database)
      if (round % 3 === 0) {
        forged++
        const [what, request] = await forgedRequest(random, guest)
        const { status } = await send(request, what)
        // A sign-out is answered alike whatever is presented (RFC 7009).
        if (status !== 401 && !what.includes('logout')) breaches.push(`${what}: ${status}`)
        // Streams that are open read their sessions again when they hear news.
        const own = statements.filter(sql => !sql.includes('"id" in ('))
        statementsForForged += own.length
        if (own.length > 0) breaches.push(`${what} cost ${own[0]}`)
      } else {
        const request = hostileRequest(random, guest)
        await send(request, `${request.method} ${request.url}`)
      }
      if (round % 1_000 === 999) tell(round + 1)
    }
  } finally {
    await server.close()
    await database.close()
  }
  return { requests, taken, forged, serverErrors, statementsForForged, breaches }
}

/** Makes an administrator who has just signed in. */
async function begin(server: AuthServer, database: Database): Promise<Guest> {
  const email = `${crypto.randomUUID()}@bar.example`
  const response = await server.fetch(
    new Request('https://bar.example/api/auth/register', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password: crypto.randomUUID() }),
    }),
  )
  if (response.status !== 201) throw new Error(`register answered ${response.status}`)
  const { user, access_token, refresh_token } = await response.json()
  const { kysely } = database
  await kysely.updateTable('users').set({ role: 'admin' }).where('id', '=', user.id).execute()
  return { email, access_token, refresh_token }
}

/** Any endpoint, with rubbish wherever there is room for it. */
function hostileRequest(random: Random, guest: Guest): Request {
  const { pick, once } = random
  const { method, below, path, body } = pick(operations)
  const parameter = () => encodeURIComponent(pick(texts).replace(/[\ud800-\udfff]/g, '~'))
  const query = once(3) ? `?${pick(['limit', 'cursor', 'q', 'before'])}=${parameter()}` : ''
  const url = `https://bar.example${places[below]}${path.replaceAll(/\{\w+\}/g, parameter)}${query}`
  const header = (...more: readonly string[]) => hostileHeader(random, ...more)
  const own = `Bearer ${guest.access_token}`
  const headers = new Headers({ Authorization: pick([own, own, header(), `Bearer ${header()}`]) })
  const maybe = (name: string, text: string) => {
    if (once(2)) headers.set(name, text)
  }
  maybe('X-Session-Client', header('till', 'shop', 'default'))
  maybe('Sec-Fetch-Site', header('same-origin', 'cross-site'))
  const cookie = header(forgeRefresh(random, guest.refresh_token), '"', ';=;')
  maybe('Cookie', `__Host-tabkeeper_till=${cookie}`)
  maybe('User-Agent', header('Mozilla/5.0 ('.repeat(30)))
  maybe('X-Admin-Token', header())
  maybe('Last-Event-ID', header())
  maybe('Origin', header('null'))
  maybe('Content-Type', header('application/json; charset=utf-8'))
  if (once(2)) headers.set('Content-Type', 'application/json')
  const init = { method: method.toUpperCase(), headers }
  if (method !== 'post') return new Request(url, init)
  const fields = body instanceof z.ZodObject ? Object.keys(body.shape) : []
  return new Request(url, { ...init, body: hostileBody(random, guest, fields) })
}

/** A well-formed request whose only credential is a forged one. */
async function forgedRequest(random: Random, guest: Guest): Promise<[string, Request]> {
  const access = await forgeAccess(random, guest.access_token)
  const refresh = forgeRefresh(random, guest.refresh_token)
  const json = { 'Content-Type': 'application/json' }
  const page = { ...json, 'Sec-Fetch-Site': 'same-origin' }
  const bearer = { Authorization: `Bearer ${access}` }
  const till = { 'X-Session-Client': 'till', Cookie: `__Host-tabkeeper_till=${refresh}` }
  const shop = { 'X-Session-Client': 'shop', Cookie: `__Secure-tabkeeper_shop_refresh=${refresh}` }
  const token = JSON.stringify({ refresh_token: refresh })
  const [method, path, headers, body] = random.pick<
    [string, string, Record<string, string>, string?]
  >([
    ['GET', '/auth/me', bearer],
    ['GET', '/auth/sessions', bearer],
    ['POST', '/auth/logout-all', { ...json, ...bearer }, '{}'],
    ['POST', '/auth/logout', { ...json, ...bearer }, '{}'],
    ['DELETE', `/auth/sessions/${crypto.randomUUID()}`, bearer],
    ['GET', '/admin/dashboard', bearer],
    ['GET', '/events', bearer],
    ['GET', '/auth/me', till],
    ['POST', '/auth/logout', { ...page, ...till }, '{}'],
    ['POST', '/auth/refresh', { ...page, ...till }, '{}'],
    ['POST', '/auth/refresh', { ...page, ...shop }, '{}'],
    ['POST', '/auth/refresh', json, token],
    ['POST', '/auth/logout', json, token],
  ])
  const init = { method, headers, ...(body !== undefined && { body }) }
  const what = `${method} ${path} with a forged ${headers === bearer ? access : refresh}`
  return [what, new Request(`https://bar.example/api${path}`, init)]
}
