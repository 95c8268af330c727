import { inspect } from 'node:util'
import {
  createSession,
  memoryArea,
  restEndpoint,
  type Session,
  type SessionOptions,
} from '@tabkeeper/core'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { EVENTS } from './bar.ts'

const CANARY = 'CANARY'
const ACCOUNT = { email: 'ada@bar.test', password: `${CANARY}-password` }

/** Everything that left the SDK. */
let seen: unknown[] = []
let issued = 0

beforeEach(() => {
  seen = []
  issued = 0
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    vi.spyOn(console, method).mockImplementation((...given) => void seen.push(given))
  const request = navigator.locks.request.bind(navigator.locks)
  vi.spyOn(navigator.locks, 'request').mockImplementation((...given: unknown[]) => {
    seen.push(given[0])
    // The platform's own, with what it was called with.
    return Reflect.apply(request, null, given)
  })
  vi.spyOn(BroadcastChannel.prototype, 'postMessage').mockImplementation(function (
    this: BroadcastChannel,
    message: unknown,
  ) {
    seen.push(this.name, message)
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  performance.clearMeasures()
})

/** The tokens of a sign-in or a refresh; no two are alike. */
function tokens(more: object = {}) {
  const number = ++issued
  return Response.json({
    access_token: `${CANARY}-at-${number}`,
    refresh_token: `${CANARY}-rt-${number}`,
    expires_in: 3600,
    user: { name: 'Ada' },
    session: { id: 'session-1' },
    ...more,
  })
}

const problem = (status: number, code: string, more: object = {}) =>
  Response.json({ status, code, title: code, ...more }, { status })

/** A server that repeats in its prose what it was sent. */
const chatty = {
  title: `No such token: ${CANARY}-rt-1`,
  detail: `${CANARY}-password is not the password`,
  reasons: [`${CANARY}-rt-1`, `the password is ${CANARY}-password`, 'too_short'],
  errors: [{ detail: `${CANARY}-password`, pointer: '/password' }],
}

/** What servers and proxies have been seen to answer; each has the token in it. */
const echo = `<h1>${CANARY}-rt-1</h1>`
const answers: Record<string, () => Response | Promise<Response>> = {
  'new tokens': () => tokens(),
  'no network': () => Promise.reject(new TypeError('fetch failed')),
  'a 503 that repeats the token': () => new Response(echo, { status: 503 }),
  'a page with the token': () => new Response(echo, { headers: { 'content-type': 'text/html' } }),
  'JSON that breaks off in the token': () =>
    new Response(`{"refresh_token": ${CANARY}-rt`, {
      headers: { 'content-type': 'application/json' },
    }),
  'tokens of no use': () => tokens({ access_token: `${CANARY} at` }),
  'a refusal': () => problem(401, 'session_revoked'),
  'a refusal that repeats what was sent': () => problem(401, 'session_revoked', chatty),
  'a refusal of the call that repeats it': () => problem(422, 'password_rejected', chatty),
  'a refusal in a sentence that repeats it': () =>
    Response.json({ error: `No such token: ${CANARY}-rt-1` }, { status: 400 }),
  'the verdict of theft': () => problem(401, 'refresh_token_reused'),
}

/** A session that signs in, with `answer` for what comes after, and everybody listening. */
async function listenedTo(
  answer: () => Response | Promise<Response>,
  options: Partial<SessionOptions> = {},
): Promise<Session> {
  vi.stubGlobal('fetch', (url: string) => (url.endsWith('/login') ? tokens() : answer()))
  const session = createSession({
    app: 'admin',
    endpoint: restEndpoint('https://bar.test/api/auth'),
    storage: memoryArea(),
    onSignedOut: reason => seen.push(reason),
    ...options,
  })
  onTestFinished(() => session.dispose())
  session.subscribe(state => seen.push(state))
  for (const event of EVENTS) session.on(event, detail => seen.push(detail))
  seen.push(await session.login(ACCOUNT))
  return session
}

async function attempt(call: () => unknown): Promise<void> {
  try {
    await call()
  } catch (error) {
    seen.push(error)
  }
}

/** All that was seen, with what errors hide: message, stack, cause, and members that are not enumerable. */
function everythingSeen(): string {
  const timeline = performance.getEntriesByType('measure')
  const all = [...seen, ...timeline.map(entry => [entry.name, entry.toJSON()])]
  return all
    .flatMap(each => [
      inspect(each, { depth: null, showHidden: true, maxStringLength: null }),
      JSON.stringify(each),
    ])
    .join('\n')
}

it('finds a token wherever it is hidden', () => {
  const cause = new Error('outer', { cause: { deep: [new Error(`${CANARY}-rt-1`)] } })
  Object.defineProperty(cause, 'hidden', { value: `${CANARY}-at-1`, enumerable: false })
  seen.push(cause)
  expect(everythingSeen()).toContain(`${CANARY}-rt-1`)
  expect(everythingSeen()).toContain(`${CANARY}-at-1`)
})

it('listens to the channel, the locks and the timeline', async () => {
  const session = await listenedTo(() => tokens())
  await session.refresh()
  await vi.waitFor(() => expect(seen).toContain('changed'), { timeout: 15_000 })

  expect(everythingSeen()).toContain('tabkeeper-refresh:admin')
  await vi.waitFor(() => expect(everythingSeen()).toContain('tabkeeper:admin:flight'), {
    timeout: 15_000,
  })
})

it.each(Object.entries(answers))(
  'K: no token is seen outside when the server answers with %s',
  async (_, answer) => {
    const session = await listenedTo(answer)
    await attempt(() => session.refresh())
    await attempt(() => session.getAccessToken({ minValidity: 1 }).then(() => {}))
    await attempt(() => session.listSessions())
    await attempt(() => session.revokeSession('session-2'))
    await attempt(() => session.login({ ...ACCOUNT, email: 'bob@bar.test' }))
    await attempt(() => session.register(ACCOUNT))
    await attempt(() => session.adopt({ access_token: `${CANARY} at` }))
    await attempt(() => session.logoutAll())
    await attempt(() => session.logout())
    await attempt(() => session.refresh())
    session.dispose()
    await attempt(() => session.getAccessToken())

    expect(seen.length).toBeGreaterThan(5)
    expect(everythingSeen()).not.toContain(CANARY)
  },
)

it('K: of a refusal that repeats what was sent, the words of the contract are left', async () => {
  const session = await listenedTo(() => problem(422, 'password_rejected', chatty))
  await attempt(() => session.register(ACCOUNT))

  expect(seen.at(-1)).toMatchObject({ serverCode: 'password_rejected', reasons: ['too_short'] })
})

it('K: no token is seen outside when storage refuses', async () => {
  const refuse = () => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  const session = await listenedTo(() => tokens(), { storage: { ...memoryArea(), write: refuse } })
  await attempt(() => session.refresh())

  expect(inspect(seen)).toContain('QuotaExceededError')
  expect(everythingSeen()).not.toContain(CANARY)
})

it('K: no token is seen outside when two sessions of the app share a page', async () => {
  vi.stubGlobal('document', { addEventListener() {}, removeEventListener() {} })
  const storage = memoryArea()
  const one = await listenedTo(() => tokens(), { storage })
  const two = await listenedTo(() => tokens(), { storage })
  await Promise.all([attempt(() => one.refresh()), attempt(() => two.refresh())])
  await attempt(() => one.logout())

  expect(console.warn).toHaveBeenCalledOnce()
  expect(everythingSeen()).not.toContain(CANARY)
})
