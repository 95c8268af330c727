import { decodeJwt } from 'jose'
import {
  type AuthServer,
  createAuthServer,
  type Database,
  defaultClients,
  generateKeys,
  type User,
} from '../../../src/index.ts'
import { mintRefreshToken, readRefreshToken } from '../../../src/tokens/refresh-token.ts'
import { createClock, second } from '../../support/clock.ts'
import { quietLogger } from '../../support/quiet-logger.ts'
import type { Random } from '../../support/random.ts'
import type { TestDatabase } from '../../support/test-databases.ts'

/** What may be changed about the servers of a story, to see what comes of it. */
export interface Setting {
  readonly grace?: number
  readonly change?: (database: Database) => Database
}

/** An answer to a refresh or to a request, as far as a story needs it. */
export interface Reply {
  readonly status: number
  readonly code: string | undefined
  readonly rotation: 'rotated' | 'replayed' | 'recovered' | undefined
  readonly refreshToken: string | undefined
  readonly accessToken: string | undefined
  /** Of the access token, in milliseconds. */
  readonly life: number
}

/** How the tokens of a session travel: both in bodies, or one in a cookie that signs requests, too. */
export type Way = 'bearer' | 'cookie'

/** The clients of the two ways. */
const clientOf = { bearer: 'default', cookie: 'till' } as const

export type World = Awaited<ReturnType<typeof openWorld>>

/**
 * How far the clock of an instance may be from the true time. Two of them differ by less than the
 * difference of the grace and the time in which clients have tried for the last time: 30 − 25 seconds.
 */
const skew = 2 * second

/** Whether instances may disagree about the end of a grace window that a rotation opened so long ago. */
export const isDisputed = (age: number): boolean => Math.abs(age - 30 * second) <= 2 * skew

const keys = await generateKeys()

/** Several instances on one database, each with a clock that is a little wrong and set now and then. */
export async function openWorld(source: TestDatabase, random: Random, setting: Setting = {}) {
  const { grace, change = database => database } = setting
  const clock = createClock()
  const kinds: string[] = []
  const databases: Database[] = []
  for (let pool = 0; pool < source.pools; pool++) databases.push(await source.open())
  const offsets = databases.map(() => 0)
  const servers = await Promise.all(
    databases.map((database, index) =>
      createAuthServer({
        keys,
        grace,
        database: change(database),
        clock: { ...clock, now: () => clock.now() + (offsets[index] ?? 0) },
        clients: { ...defaultClients, till: { ...defaultClients.default, transport: 'cookie' } },
        logger: quietLogger,
        rateLimits: false,
        maxSessions: 1_000,
        on: ({ kind }) => kinds.push(kind),
      }),
    ),
  )
  const [server] = servers
  if (!server) throw new RangeError('A world needs at least one instance')

  async function send(by: AuthServer, way: Way, path: string, init: RequestInit): Promise<Reply> {
    const headers = new Headers(init.headers)
    headers.set('X-Session-Client', clientOf[way])
    headers.set('Sec-Fetch-Site', 'same-origin')
    headers.set('Content-Type', 'application/json')
    const url = `https://bar.example/api/auth${path}`
    const response = await by.fetch(new Request(url, { ...init, headers }))
    const body = await response.json()
    const [, cookie] = /=(srt1_[^;]+)/.exec(response.headers.get('Set-Cookie') ?? '') ?? []
    return {
      status: response.status,
      code: body.code,
      rotation: body.rotation,
      refreshToken: body.refresh_token ?? cookie,
      accessToken: body.access_token ?? cookie,
      life: body.access_token ? body.expires_in * second : Number.POSITIVE_INFINITY,
    }
  }

  return {
    now: clock.now,
    /** All events so far, by kind. */
    kinds,
    servers,
    /** Lets time pass, and sets the clocks of some instances. */
    pass(milliseconds: number) {
      clock.advance(milliseconds)
      for (const index of offsets.keys()) {
        if (random.once(3)) offsets[index] = random.between(-skew, skew)
      }
    },
    refresh: (way: Way, refreshToken: string, by: AuthServer) =>
      send(by, way, '/refresh', {
        method: 'POST',
        ...(way === 'bearer'
          ? { body: JSON.stringify({ refresh_token: refreshToken }) }
          : { headers: withCookie(refreshToken), body: '{}' }),
      }),
    /** Makes a request that is signed by an access token, or by the cookie. */
    me: (way: Way, token: string, by: AuthServer) =>
      send(by, way, '/me', {
        headers: way === 'bearer' ? { Authorization: `Bearer ${token}` } : withCookie(token),
      }),

    async createUser(): Promise<User> {
      const email = `user-${crypto.randomUUID()}@bar.example`
      const password = crypto.randomUUID()
      const created = await server.users.create({ email, password, role: 'user' })
      if (created.is !== 'created') throw new Error(created.is)
      return created.user
    },
    /** Begins a session without hashing a password. */
    async signIn(user: User, way: Way): Promise<{ id: string; refreshToken: string }> {
      const nobody = { deviceLabel: null, userAgent: null, ip: null }
      const details = { userId: user.id, clientId: clientOf[way], remember: true, ...nobody }
      const created = await server.store.createSession(details)
      if (!created) throw new Error('The session was refused')
      const { session, secret } = created
      const token = { sessionId: session.id, generation: 0, secret }
      return { id: session.id, refreshToken: mintRefreshToken(keys.refresh, token) }
    },
    /** Why a session is over, or null while it lives. */
    async endOf(id: string): Promise<string | null> {
      const [database] = databases
      const row = await database?.kysely
        .selectFrom('sessions')
        .select('revoke_reason')
        .where('id', '=', id)
        .executeTakeFirst()
      return row?.revoke_reason ?? null
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(one => one.close()))
      await Promise.all(databases.map(one => one.close()))
    },
  }
}

const withCookie = (token: string) => ({ Cookie: `__Host-tabkeeper_till=${token}` })

export function generationOfRefresh(token: string): number {
  const read = readRefreshToken(keys.refresh, token)
  if (!read) throw new Error('Not a refresh token of this world')
  return read.generation
}

export const generationOfAccess = (token: string): number => Number(decodeJwt(token).gen)
