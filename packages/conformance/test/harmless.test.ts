import { expect, it } from 'vitest'
import type { Transport } from '../src/index.ts'
import { password, startBackend, user } from './support/backend.ts'

const other = 'somebody-else@bar.example'
const transports: readonly Transport[] = ['bearer', 'split', 'cookie']

/** A backend that keeps what it was asked. */
async function startWatched(transport: Transport) {
  const asked: { at: number; method: string; path: string; body: string; status: number }[] = []
  const started = await startBackend({
    transport,
    defect:
      (backend, { now }) =>
      async request => {
        const body = await request.clone().text()
        const answer = await backend(request)
        const { pathname } = new URL(request.url)
        const { method } = request
        asked.push({ at: now(), method, path: pathname, body, status: answer.status })
        return answer
      },
  })
  return { ...started, asked }
}

it.each(transports)('leaves nobody signed in, by %s', async transport => {
  const { auth, check } = await startWatched(transport)
  await check()
  const account = await auth.users.findByEmail(user)
  const { sessions } = await auth.store.listUserSessions(account?.id ?? '')
  expect(sessions).toEqual([])
})

it('touches nobody else’s session', async () => {
  const { auth, check } = await startWatched('bearer')
  const created = await auth.users.create({ email: other, password, role: 'user' })
  if (created.is !== 'created') throw new Error(created.is)
  const userId = created.user.id
  const rest = { clientId: 'default', remember: true, deviceLabel: null, userAgent: null, ip: null }
  await auth.store.createSession({ userId, ...rest })
  await check()
  expect((await auth.store.listUserSessions(userId)).sessions).toHaveLength(1)
})

it.each(transports)(
  'asks for its own account, and for some that there are not, by %s',
  async by => {
    const { check, asked } = await startWatched(by)
    await check()
    const names = asked
      .filter(({ path }) => path.endsWith('/login'))
      .map(({ body }) => JSON.parse(body).email)
    expect(names.length).toBeGreaterThan(10)
    expect(
      names.filter(name => name !== user && !/^nobody-[\da-f-]{36}@bar\.example$/.test(name)),
    ).toEqual([])
  },
)

it.each(transports)(
  'signs in less often than a usual limit of 30 a minute allows, by %s',
  async by => {
    const { check, asked } = await startWatched(by)
    await check()
    // The guesses at the end are there to meet a limit.
    const attempts = asked.filter(({ path }) => path.endsWith('/login'))
    const guesses = attempts.slice(attempts.findLastIndex(({ status }) => status === 200) + 1)
    expect(guesses.length).toBeGreaterThan(0)
    const others = attempts.slice(0, -guesses.length)
    const inMinuteFrom = (from: number) =>
      others.filter(({ at }) => at >= from && at < from + 60_000).length
    expect(Math.max(...others.map(({ at }) => inMinuteFrom(at)))).toBeLessThanOrEqual(30)
  },
)

it('sends no more than its budget, and says what it could not find out for that', async () => {
  const { check, asked } = await startWatched('bearer')
  const report = await check({ budget: 40 })
  expect(asked.length).toBe(40)
  expect(report.requests).toBe(40)
  const last = report.results.at(-1)
  expect(last).toMatchObject({
    is: 'undecided',
    reason: expect.stringContaining('the budget of 40 requests is used up'),
  })
})

it('ends no longer than it is allowed to wait for an answer', async () => {
  const { check } = await startBackend({
    defect: backend => request =>
      request.url.endsWith('/me')
        ? new Promise((_, reject) =>
            request.signal.addEventListener('abort', () => reject(request.signal.reason)),
          )
        : backend(request),
  })
  const report = await check({ timeout: 1, budget: 20 })
  const me = report.results.find(({ id }) => id === 'me-answer')
  expect(me).toMatchObject({ is: 'undecided', reason: 'GET /me had no answer: it took too long' })
})
