import type { SessionOptions, TokenResponse } from '@tabkeeper/core'
import { createSession, memoryArea, restEndpoint, type Session } from '@tabkeeper/core'
import { type AuthServer, createAuthServer, generateKeys, openDatabase } from '@tabkeeper/server'
import { onTestFinished } from 'vitest'

const ORIGIN = 'https://bar.test'
const AUTH_URL = `${ORIGIN}/api/auth`

type Account = { readonly email: string; readonly password: string }

/** The real server in this process, with nothing between it and a page but requests and answers. */
export interface AuthServerStage {
  readonly ada: Account
  readonly bob: Account
  /** Paths below the auth URL that were asked for, in order: `POST /login`. */
  readonly asked: readonly string[]
  /** Makes a session of the admin app, in a browser of its own unless a storage is given. */
  open(options?: Partial<SessionOptions>): Session
  /** The server, as its operator has it. */
  readonly server: AuthServer
  /** The server, as a page calls it. */
  readonly fetch: typeof globalThis.fetch
  /** Somebody signs in on another device; returns what that device has now. */
  signInElsewhere(account: Account): Promise<TokenResponse>
  /** Somebody proves again who they are; returns the tokens that come of it. */
  reauthenticate(session: Session, password: string): Promise<TokenResponse>
  /** Milliseconds that pass for the server alone: what it calls recent is so no more. */
  wait(ms: number): void
  /** Keeps back answers to paths that end so, though the work is done; returns what lets them go. */
  hold(path: string): () => void
  /** There is no network; `false` brings it back. */
  cutOff(isCut: boolean): void
}

export interface AuthServerStageOptions {
  /** Milliseconds that an access token lives. @default 3_600_000 */
  readonly accessTokenTtl?: number
}

/**
 * Opens an {@link AuthServerStage} for one test, with accounts of Ada and Bob.
 *
 * @example
 * ```ts
 * import { openAuthServer } from '@tabkeeper/testing/auth-server'
 *
 * const { ada, open } = await openAuthServer()
 * const session = open()
 * await session.login(ada)
 * ```
 */
export async function openAuthServer({
  accessTokenTtl = 3_600_000,
}: AuthServerStageOptions = {}): Promise<AuthServerStage> {
  let ahead = 0
  let isCut = false
  const asked: string[] = []
  const held = new Map<string, Promise<void>>()
  const answers = new Set<Promise<unknown>>()
  const database = await openDatabase({ url: ':memory:' })
  const server = await createAuthServer({
    database,
    keys: await generateKeys(),
    clock: { now: () => Date.now() + ahead },
    rateLimits: false,
    accessTokenTtl,
  })
  const ada = { email: 'ada@bar.test', password: 'correct horse battery staple' }
  const bob = { email: 'bob@bar.test', password: 'another long enough password' }
  for (const account of [ada, bob]) await server.users.create({ ...account, role: 'admin' })
  onTestFinished(async () => {
    // What nobody waits for any more is worked on all the same, and needs the database.
    await Promise.allSettled(answers)
    await server.close()
    await database.close()
  })

  const fetch: typeof globalThis.fetch = async (input, { signal, ...init } = {}) => {
    const url = String(input)
    asked.push(`${init.method ?? 'GET'} ${url.replace(AUTH_URL, '')}`)
    if (isCut) throw new TypeError('no network')
    signal?.throwIfAborted()
    // The signal stays here: a DOM that is an imitation has signals that requests do not know.
    const answer = server.fetch(new Request(url, init))
    answers.add(answer)
    const response = await answer
    for (const [path, gate] of held) if (url.endsWith(path)) await gate
    signal?.throwIfAborted()
    return response
  }

  async function post(path: string, body: object, accessToken?: string): Promise<TokenResponse> {
    const response = await server.fetch(
      new Request(AUTH_URL + path, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-Session-Client': 'admin',
          ...(accessToken && { Authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify(body),
      }),
    )
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }

  return {
    ada,
    bob,
    asked,
    server,
    fetch,
    open(options) {
      const session = createSession({
        app: 'admin',
        endpoint: restEndpoint(AUTH_URL, { client: 'admin', fetch }),
        storage: memoryArea(),
        allowedOrigins: [ORIGIN],
        ...options,
      })
      onTestFinished(() => session.dispose())
      return session
    },
    signInElsewhere: account => post('/login', account),
    reauthenticate: async (session, password) =>
      post('/reauthenticate', { password }, await session.getAccessToken()),
    wait(ms) {
      ahead += ms
    },
    hold(path) {
      let release = () => {}
      held.set(path, new Promise(resolve => (release = resolve)))
      return () => {
        held.delete(path)
        release()
      }
    },
    cutOff(cut) {
      isCut = cut
    },
  }
}
