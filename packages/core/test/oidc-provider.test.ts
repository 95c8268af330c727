import { assembleSession } from '@tabkeeper/core/world'
import { manualClock, quiet, virtualBrowser } from '@tabkeeper/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type OAuthEndpointOptions, oauthEndpoint, type Session } from '../src/index.ts'
import { endingsOf } from './bar.ts'
import { ACCESS_TOKEN_TTL, CLIENT_ID, serveProvider } from './oauth-provider.ts'

const LIFETIME = ACCESS_TOKEN_TTL * 1000

/** A provider, one browser, and time that stands still while a request is on its way. */
async function openOAuthBar({ rotate = true }: { rotate?: boolean } = {}) {
  const provider = await serveProvider({ rotate })
  onTestFinished(() => provider[Symbol.asyncDispose]())
  const clock = manualClock()
  const browser = virtualBrowser(clock)
  const underWay = new Set<Promise<Response>>()
  let answersToLose = 0

  async function send(...call: Parameters<typeof fetch>): Promise<Response> {
    const response = await fetch(...call)
    const body = await response.arrayBuffer()
    if (answersToLose === 0) return new Response(body, response)
    answersToLose--
    throw new TypeError('terminated')
  }

  async function pass(ms: number): Promise<void> {
    for (const end = clock.now() + ms; clock.now() < end; ) {
      await Promise.allSettled(underWay)
      await clock.advance(50)
    }
  }

  return {
    provider,
    clock,
    stored: () => browser.local.entries(),
    /** The next answers are lost on their way to the browser. */
    loseAnswers(count: number) {
      answersToLose = count
    },
    /** Opens a tab of the admin app. */
    open(change = (options: OAuthEndpointOptions) => options): Session {
      const tab = browser.openTab()
      const options = change({
        tokenUrl: provider.tokenUrl,
        revocationUrl: provider.revocationUrl,
        clientId: CLIENT_ID,
        fetch(...call) {
          const asking = send(...call)
          underWay.add(asking)
          return asking.finally(() => underWay.delete(asking))
        },
      })
      const endpoint = tab.through(oauthEndpoint(options))
      const session = assembleSession({ app: 'admin', endpoint, storage: tab.storage }, tab.world)
      onTestFinished(() => session.dispose())
      session.getState()
      return session
    },
    pass,
    /** What the promise comes to, however long it takes on the session's clock. */
    async settle<T>(promise: Promise<T>): Promise<T> {
      let isSettled = false
      const settled = () => {
        isSettled = true
      }
      promise.then(settled, settled)
      while (!isSettled) await pass(50)
      return promise
    },
  }
}

describe.each([
  { does: 'rotates', rotate: true },
  { does: 'does not rotate', rotate: false },
])('a provider that $does', ({ rotate }) => {
  it('refreshes again and again, with the refresh token that is the current one', async () => {
    const { provider, clock, open, settle, stored } = await openOAuthBar({ rotate })
    const session = open()
    const first = await provider.signIn()
    session.adopt(first)
    const accessTokens = [first.access_token]

    for (let round = 1; round <= 3; round++) {
      clock.jump(LIFETIME)
      const accessToken = await settle(session.getAccessToken())
      expect(await provider.accepts(accessToken)).toBe(true)
      accessTokens.push(accessToken)
      expect(provider.refreshes).toEqual(Array(round).fill('granted'))
    }

    expect(new Set(accessTokens).size).toBe(4)
    expect(stored().admin_refresh_token !== first.refresh_token).toBe(rotate)
  })

  it('costs one refresh for ten requests in each of four tabs', async () => {
    const { provider, clock, open, settle, stored } = await openOAuthBar({ rotate })
    const tabs = [open(), open(), open(), open()]
    const endings = tabs.map(endingsOf)
    tabs[0]?.adopt(await provider.signIn())
    await quiet()

    for (let round = 1; round <= 3; round++) {
      clock.jump(LIFETIME)
      const asking = tabs.flatMap(tab => Array.from({ length: 10 }, () => tab.getAccessToken()))
      const got = new Set(await settle(Promise.all(asking)))
      expect([...got]).toEqual([stored().admin_token])
      expect(provider.refreshes).toEqual(Array(round).fill('granted'))
    }
    expect(endings).toEqual([[], [], [], []])
  })

  it('says in expires_in how long a token lives from its receipt', async () => {
    const { provider, clock, open, settle } = await openOAuthBar({ rotate })
    const session = open()
    const expiresAt = () => Reflect.get(session.getState(), 'expiresAt')
    session.adopt(await provider.signIn())
    expect(expiresAt()).toBe(clock.now() + LIFETIME)

    clock.jump(LIFETIME * 0.7)
    await session.getAccessToken()
    expect(provider.refreshes).toEqual([])

    const before = clock.now()
    await settle(session.refresh())
    expect(expiresAt()).toBeGreaterThanOrEqual(before + LIFETIME)
    expect(expiresAt()).toBeLessThanOrEqual(clock.now() + LIFETIME)
  })

  it('is told of a sign-out: neither token is worth anything then', async () => {
    const { provider, open, settle, stored } = await openOAuthBar({ rotate })
    const [session, other] = [open(), open()]
    const tokens = await provider.signIn()
    session.adopt(tokens)
    await quiet()
    expect(provider.live()).toBe(1)

    expect(await settle(session.logout())).toEqual({ acknowledged: true })

    expect(provider.live()).toBe(0)
    expect(await provider.accepts(tokens.access_token)).toBe(false)
    expect(other.getState()).toEqual({ status: 'unauthenticated', reason: 'logout-elsewhere' })
    expect(Object.keys(stored())).toEqual(['tabkeeper-ending:admin'])
  })

  it('keeps its session when it is down, and finds it when it comes back', async () => {
    const { provider, clock, open, settle } = await openOAuthBar({ rotate })
    const session = open()
    const endings = endingsOf(session)
    const tokens = await provider.signIn()
    session.adopt(tokens)
    await provider.goDown()

    expect(await session.getAccessToken()).toBe(tokens.access_token)
    clock.jump(LIFETIME)
    await expect(settle(session.getAccessToken())).rejects.toMatchObject({ code: 'unreachable' })
    expect(session.getState()).toMatchObject({ status: 'authenticated', refresh: 'backing-off' })

    await provider.comeBack()
    clock.jump(120_000)
    expect(await provider.accepts(await settle(session.getAccessToken()))).toBe(true)
    expect(endings).toEqual([])
  })
})

describe('a refresh token that comes a second time', () => {
  it('ends the session of the one who was robbed too, as revoked', async () => {
    const { provider, clock, open, settle, stored } = await openOAuthBar()
    const session = open()
    const endings = endingsOf(session)
    const tokens = await provider.signIn()
    session.adopt(tokens)
    clock.jump(LIFETIME)
    await settle(session.getAccessToken())

    expect(await provider.spend(tokens.refresh_token)).toBe(400)
    expect(provider.refreshes.at(-1)).toBe('refresh token already used')

    clock.jump(LIFETIME)
    await expect(settle(session.getAccessToken())).rejects.toMatchObject({ code: 'session-ended' })
    expect(endings).toEqual(['revoked'])
    expect(Object.keys(stored())).toEqual(['tabkeeper-ending:admin'])
  })

  it('ends the session that presents it, as revoked', async () => {
    const { provider, clock, open, settle } = await openOAuthBar()
    const session = open()
    const endings = endingsOf(session)
    const tokens = await provider.signIn()
    expect(await provider.spend(tokens.refresh_token)).toBe(200)
    session.adopt(tokens)

    clock.jump(LIFETIME)
    await expect(settle(session.getAccessToken())).rejects.toMatchObject({ code: 'session-ended' })
    expect(provider.refreshes).toEqual(['granted', 'refresh token already used'])
    expect(endings).toEqual(['revoked'])
  })
})

describe('an answer that is lost after the provider has committed it', () => {
  it('goes unnoticed without rotation', async () => {
    const { provider, clock, open, settle, loseAnswers } = await openOAuthBar({ rotate: false })
    const session = open()
    session.adopt(await provider.signIn())
    loseAnswers(1)

    clock.jump(LIFETIME)
    expect(await provider.accepts(await settle(session.getAccessToken()))).toBe(true)
    expect(provider.refreshes).toEqual(['granted', 'granted'])
  })

  it('ends the session where tokens are rotated without a grace', async () => {
    const { provider, clock, open, settle, loseAnswers } = await openOAuthBar()
    const session = open()
    session.adopt(await provider.signIn())
    loseAnswers(1)

    clock.jump(LIFETIME)
    await expect(settle(session.getAccessToken())).rejects.toMatchObject({ code: 'session-ended' })
    expect(provider.refreshes).toEqual(['granted', 'refresh token already used'])
  })
})

it.each([
  [{ clientId: 'a-typo' }, 'invalid_client'],
  [{ scope: 'openid never-granted' }, 'invalid_scope'],
])('goes on where the app is configured wrongly: %j', async (mistake, serverCode) => {
  const { provider, clock, open, settle } = await openOAuthBar()
  const session = open(options => ({ ...options, ...mistake }))
  session.adopt(await provider.signIn())

  clock.jump(LIFETIME)
  await expect(settle(session.getAccessToken())).rejects.toMatchObject({
    code: 'unreachable',
    cause: { serverCode },
  })
  expect(session.getState()).toMatchObject({ status: 'authenticated' })
})

describe('a sign-out', () => {
  it('E01: while a refresh is under way leaves nothing alive at the provider', async () => {
    const { provider, open, settle, pass, stored } = await openOAuthBar()
    const session = open()
    session.adopt(await provider.signIn())
    const refused = expect(session.refresh()).rejects.toMatchObject({ code: 'session-ended' })
    await quiet()

    expect(await settle(session.logout())).toEqual({ acknowledged: true })
    await refused
    await pass(1000)

    expect(provider.live()).toBe(0)
    expect(Object.keys(stored())).toEqual(['tabkeeper-ending:admin'])
  })

  it('E04: takes place here at once when the provider is down, and says so', async () => {
    const { provider, open, settle } = await openOAuthBar()
    const session = open()
    session.adopt(await provider.signIn())
    await provider.goDown()

    const leaving = session.logout()

    expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })
    expect(await settle(leaving)).toEqual({ acknowledged: false })
  })

  it('stays in this browser where no revocation endpoint is given', async () => {
    const { provider, open, settle } = await openOAuthBar()
    const session = open(({ revocationUrl, ...options }) => options)
    session.adopt(await provider.signIn())

    expect(await settle(session.logout())).toEqual({ acknowledged: true })
    expect(provider.live()).toBe(1)
  })
})
