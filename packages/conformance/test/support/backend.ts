import {
  type AuthServer,
  type AuthServerOptions,
  createAuthServer,
  defaultClients,
  generateKeys,
  openDatabase,
  type Passwords,
} from '@tabkeeper/server'
import { onTestFinished, vi } from 'vitest'
import { type CheckOptions, checkServer, type Report, type Transport } from '../../src/index.ts'

// A check is a hundred and fifty requests: on a busy machine they take their time.
vi.setConfig({ testTimeout: 60_000 })

export const user = 'conformance@bar.example'
export const password = 'correct horse battery staple'
export const page = 'https://app.bar.example'

/** Seconds after which a sign-in is asked for again: the least that the server allows. */
const stepUp = 60

/** Lets happen what the backend has begun, such as the end of a stream. */
export const aTurn = () => new Promise<void>(done => setImmediate(done))

/** A check signs in two dozen times, and there are dozens of checks. */
const cheapPasswords: Passwords = {
  hash: async text => `plain ${text}`,
  verify: async (stored, text) => stored === `plain ${text}`,
  isOutdated: () => false,
}

const keys = await generateKeys()

/** Answers requests; a backend with a defect is such a function around one without. */
export type Answering = (request: Request) => Promise<Response>

/** What a defect has to do with. */
export interface Surroundings {
  readonly auth: AuthServer
  /** The server's clock, in milliseconds. */
  now(): number
  /** Lets the stopwatch of whoever asks run on. */
  linger(milliseconds: number): void
}

export type Defect = (backend: Answering, surroundings: Surroundings) => Answering

/** Starts the reference server with one account, on a clock that goes a millisecond with each request. */
export async function startBackend({
  transport = 'bearer',
  options = {},
  defect = backend => backend,
}: {
  transport?: Transport | undefined
  options?: Partial<AuthServerOptions> | undefined
  defect?: Defect | undefined
} = {}) {
  let now = Date.parse('2026-03-01T12:00:00Z')
  let stopwatch = 0
  const database = await openDatabase({ url: ':memory:' })
  const auth = await createAuthServer({
    database,
    keys,
    passwords: cheapPasswords,
    clock: { now: () => now },
    clients: { ...defaultClients, default: { ...defaultClients.default, transport } },
    allowedOrigins: [page],
    recentAuth: stepUp * 1000,
    rateLimits: { address: false, refresh: { points: 10, seconds: 60 } },
    ...options,
  })
  onTestFinished(async () => {
    await auth.close()
    await database.close()
  })
  await auth.users.create({ email: user, password, role: 'user' })

  const answer = defect(request => auth.fetch(request, { ip: '203.0.113.7' }), {
    auth,
    now: () => now,
    linger(milliseconds) {
      stopwatch += milliseconds
    },
  })

  return {
    auth,
    check: (changes: Partial<CheckOptions> = {}): Promise<Report> =>
      checkServer({
        authUrl: 'https://bar.example/api/auth',
        user,
        password,
        transport,
        origin: page,
        slow: true,
        stepUp,
        fetch(request) {
          now++
          return answer(request)
        },
        async wait(milliseconds) {
          now += milliseconds
          await aTurn()
        },
        now: () => stopwatch,
        ...changes,
      }),
  }
}

/** The rules that came out as asked for. */
export const idsOf = ({ results }: Report, is: 'passed' | 'failed' | 'undecided'): string[] =>
  results.filter(result => result.is === is).map(({ id }) => id)
