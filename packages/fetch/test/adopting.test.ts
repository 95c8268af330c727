import {
  createSession,
  memoryArea,
  restEndpoint,
  type StorageKeys,
  storageKeys,
} from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { createAuthServer, defaultClients, generateKeys, openDatabase } from '@tabkeeper/server'
import { expect, it, onTestFinished } from 'vitest'

const ORIGIN = 'https://bar.test'
const ME = `${ORIGIN}/api/auth/me`
const ADA = { email: 'ada@bar.test', password: 'correct horse battery staple' }
const MINUTE = 60_000

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

/** The real server, and an app that has run without Tabkeeper: it keeps tokens as its own code does. */
async function openDeployment(app: string, age = 0) {
  let ahead = -age
  const database = await openDatabase({ url: ':memory:' })
  const server = await createAuthServer({
    database,
    keys: await generateKeys(),
    clock: { now: () => Date.now() + ahead },
    rateLimits: false,
    accessTokenTtl: MINUTE,
    clients: { ...defaultClients, shop: defaultClients.customer },
  })
  await server.users.create({ ...ADA, role: 'admin' })
  const asked: string[] = []
  onTestFinished(async () => {
    await server.close()
    await database.close()
  })

  function send(url: string, init: RequestInit = {}): Promise<Response> {
    asked.push(url.replace(`${ORIGIN}/api/auth/`, ''))
    return server.fetch(new Request(url, init))
  }
  async function call(path: string, body: unknown): Promise<Tokens> {
    const response = await send(`${ORIGIN}/api/auth/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Session-Client': app },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(200)
    return (await response.json()) as Tokens
  }

  const area = memoryArea()
  const keys = storageKeys(app)
  const write = (tokens: Tokens) => writeAs(keys, tokens)
  function writeAs(names: StorageKeys, tokens: Tokens) {
    area.write(names.accessToken, tokens.access_token)
    area.write(names.refreshToken, tokens.refresh_token)
    if (names.user !== null) area.write(names.user, JSON.stringify({ email: ADA.email }))
  }
  const old = {
    area,
    signIn: async () => write(await call('login', ADA)),
    refresh: async () =>
      write(await call('refresh', { refresh_token: area.read(keys.refreshToken) })),
    getMe: () => send(ME, { headers: { Authorization: `Bearer ${area.read(keys.accessToken)}` } }),
  }

  await old.signIn()
  ahead = 0

  /** The day of the deployment: the same storage, and Tabkeeper in front of it. */
  function deploy() {
    const session = createSession({
      app,
      storage: area,
      endpoint: restEndpoint(`${ORIGIN}/api/auth`, {
        client: app,
        fetch: (url, init) => send(String(url), init),
      }),
      allowedOrigins: [ORIGIN],
    })
    onTestFinished(() => session.dispose())
    asked.length = 0
    return { session, api: withAutoRefresh((url, init) => send(String(url), init), session) }
  }
  return { old, deploy, asked }
}

it.each(['admin', 'customer', 'bartender', 'shop'])(
  'an app (%s) that kept tokens of its own goes on without a sign-in and without a refresh',
  async app => {
    const { deploy, asked } = await openDeployment(app)
    const { session, api } = deploy()

    expect(session.getState()).toMatchObject({
      status: 'authenticated',
      user: { email: ADA.email },
    })
    expect((await api(ME)).status).toBe(200)
    expect(asked).toEqual(['me'])
  },
)

it.each(['admin', 'customer', 'bartender', 'shop'])(
  'an app (%s) whose token ran out before the deployment is refused, refreshes once and goes on',
  async app => {
    const { deploy, asked } = await openDeployment(app, 10 * MINUTE)
    const { api } = deploy()

    const answers = await Promise.all([api(ME), api(ME), api(ME)])

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(asked).toEqual(['me', 'me', 'me', 'refresh', 'me', 'me', 'me'])
  },
)

it('a tab that still runs the old code refreshes, and the new code takes up what it got', async () => {
  const { old, deploy, asked } = await openDeployment('admin', 10 * MINUTE)
  const { session, api } = deploy()
  expect(session.getState().status).toBe('authenticated')

  await old.refresh()
  expect((await api(ME)).status).toBe(200)

  // The token that was found first is refused, and the newer one is there.
  expect(asked).toEqual(['refresh', 'me', 'me'])
})

it('after a rollback the old code finds tokens that are good', async () => {
  const { old, deploy } = await openDeployment('admin', 10 * MINUTE)
  const { session, api } = deploy()
  await api(ME)
  session.dispose()

  expect((await old.getMe()).status).toBe(200)
  await old.refresh()
  expect((await old.getMe()).status).toBe(200)
})
