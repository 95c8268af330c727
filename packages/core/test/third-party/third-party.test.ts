import { readFileSync } from 'node:fs'
import { assembleSession } from '@tabkeeper/core/world'
import { manualClock, quiet, virtualBrowser } from '@tabkeeper/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { endingsOf } from '../bar.ts'
import * as betterAuth from './better-auth-server.ts'
import { browserFetch } from './browser-fetch.ts'
import * as expressSession from './express-session-server.ts'
import * as fastApiStyle from './fastapi-style-server.ts'
import { ADA, type Facts, type ThirdParty } from './third-party.ts'

const MINUTE = 60_000

const thirdParties: readonly (readonly [Facts, () => Promise<ThirdParty>])[] = [
  [betterAuth.facts, betterAuth.serveBetterAuth],
  [expressSession.facts, expressSession.serveExpressSession],
  [fastApiStyle.facts, fastApiStyle.serveFastApiStyle],
]

/** A server, and one browser on whose clock time stands still while a request is on its way. */
async function openBar(serve: () => Promise<ThirdParty>) {
  const server = await serve()
  onTestFinished(() => server[Symbol.asyncDispose]())
  const clock = manualClock()
  const browser = virtualBrowser(clock)
  const { fetch, cookies } = browserFetch()
  const underWay = new Set<Promise<Response>>()

  const track: typeof fetch = (...call) => {
    const asking = fetch(...call)
    underWay.add(asking)
    return asking.finally(() => underWay.delete(asking))
  }

  return {
    server,
    clock,
    cookies,
    stored: () => browser.local.entries(),
    accepts: (accessToken: string) => server.accepts(accessToken, fetch),
    open() {
      const tab = browser.openTab()
      const endpoint = tab.through(server.endpoint(track))
      const session = assembleSession({ app: 'admin', endpoint, storage: tab.storage }, tab.world)
      onTestFinished(() => session.dispose())
      session.getState()
      return session
    },
    async settle<T>(promise: Promise<T>): Promise<T> {
      let isSettled = false
      const settled = () => {
        isSettled = true
      }
      promise.then(settled, settled)
      while (!isSettled) {
        await Promise.allSettled(underWay)
        await clock.advance(50)
      }
      return promise
    },
  }
}

describe.each(thirdParties.map(([facts, serve]) => ({ ...facts, facts, serve })))(
  '$name',
  ({ facts, serve }) => {
    it('signs in, and tells a wrong password', async () => {
      const { open, settle, accepts } = await openBar(serve)
      const session = open()
      const wrong = session.login({ ...ADA, password: 'wrong' })
      await expect(settle(wrong)).rejects.toMatchObject({ code: 'invalid-credentials' })
      await settle(session.login(ADA))
      expect(session.getState()).toMatchObject({ status: 'authenticated' })
      expect(await accepts(await session.getAccessToken())).toBe(true)
    })

    it('refreshes again and again', async () => {
      const { server, open, settle, accepts, clock } = await openBar(serve)
      const session = open()
      const endings = endingsOf(session)
      await settle(session.login(ADA))
      const before = server.refreshes()
      for (let round = 1; round <= 3; round++) {
        clock.jump(11 * MINUTE)
        expect(await accepts(await settle(session.getAccessToken()))).toBe(true)
        expect(server.refreshes() - before).toBe(round)
      }
      expect(endings).toEqual([])
    })

    it('signs nobody out when four tabs wake together', async () => {
      const { server, open, settle, accepts, clock } = await openBar(serve)
      const tabs = [open(), open(), open(), open()]
      const endings = tabs.map(endingsOf)
      await settle(tabs[0]?.login(ADA) ?? Promise.reject())
      await quiet()
      clock.jump(11 * MINUTE)
      const before = server.refreshes()
      const asking = tabs.flatMap(tab => Array.from({ length: 10 }, () => tab.getAccessToken()))
      const got = new Set(await settle(Promise.all(asking)))
      expect(await Promise.all([...got].map(accepts))).toEqual([true])
      expect(server.refreshes() - before).toBe(facts.refreshesOfFourTabs)
      expect(endings).toEqual([[], [], [], []])
    })

    it('is told of a sign-out', async () => {
      const { server, open, settle, accepts, stored, cookies } = await openBar(serve)
      const [session, other] = [open(), open()]
      await settle(session.login(ADA))
      await quiet()
      const accessToken = await session.getAccessToken()
      const refreshToken = stored().admin_refresh_token ?? cookies.get('connect.sid') ?? ''
      expect(await server.honours(refreshToken)).toBe(true)

      expect(await settle(session.logout())).toEqual({ acknowledged: true })
      expect(other.getState()).toEqual({ status: 'unauthenticated', reason: 'logout-elsewhere' })
      expect(await accepts(accessToken)).toBe(!facts.accessEndsAtSignOut)
      expect(await server.honours(refreshToken)).toBe(!facts.refreshEndsAtSignOut)
    })

    it('ends the session here when it has ended there', async () => {
      const { server, open, settle, clock } = await openBar(serve)
      const session = open()
      const endings = endingsOf(session)
      await settle(session.login(ADA))
      await server.endSessions()
      clock.jump(11 * MINUTE)
      const asking = settle(session.getAccessToken())
      await expect(asking).rejects.toMatchObject({ code: 'session-ended' })
      expect(endings).toHaveLength(1)
    })

    it('keeps its session when it is down, and finds it when it comes back', async () => {
      const { server, open, settle, accepts, clock } = await openBar(serve)
      const session = open()
      const endings = endingsOf(session)
      await settle(session.login(ADA))
      await server.goDown()
      clock.jump(11 * MINUTE)
      await expect(settle(session.getAccessToken())).rejects.toMatchObject({ code: 'unreachable' })
      await server.comeBack()
      clock.jump(2 * MINUTE)
      expect(await accepts(await settle(session.getAccessToken()))).toBe(true)
      expect(endings).toEqual([])
    })
  },
)

describe('docs/third-party-servers.md', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  const page = read('../../../../docs/third-party-servers.md')

  it.each(thirdParties.map(([facts]) => facts))('says of $name what was seen', facts => {
    const says = (isSo: boolean) => (isSo ? 'at once' : 'when it is over')
    expect(page).toContain(
      `| ${facts.name} | ${facts.madeOf} | ${facts.refreshesOfFourTabs} | ${says(facts.accessEndsAtSignOut)} | ${says(facts.refreshEndsAtSignOut)} |`,
    )
  })

  it.each(['better-auth', 'express-session', 'fastapi-style'])(
    'shows the endpoint for %s as it was tested',
    name => {
      expect(page).toContain(`\`\`\`ts\n${read(`./${name}-endpoint.ts`)}\`\`\``)
    },
  )
})
