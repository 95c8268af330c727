import type { Lease } from '@tabkeeper/core/http'
import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import {
  ADA,
  areTokensStored,
  BOB,
  eventsOf,
  HOUR,
  type OpenTab,
  oneOrEach,
  openBar,
} from './bar.ts'

const whereStored = it.runIf(areTokensStored())

it('E02: a late 401 of the session before does nothing to the one that is there now', async () => {
  const { server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  const lease = session.lease() as Lease
  await session.logout()
  await session.login(BOB)
  const events = eventsOf(session)
  const state = session.getState()

  expect(await session.renew(lease)).toBeNull()

  expect(session.getState()).toBe(state)
  expect(events).toEqual([])
  expect(server.counts.refreshes).toBe(0)
})

/** Where there is one cookie for all, a sign-in waits for the refresh under way: what waits for that goes out before. */
const outcomeOfWait = areTokensStored() ? { code: 'session-changed' } : { identity: 'session-1' }

it('E03: a request that waits is not sent as somebody who signs in in another tab', async () => {
  const { clock, server, open } = openBar()
  const [one, two] = [open(), open()]
  await one.session.login(ADA)
  await quiet()
  const replaced: unknown[] = []
  one.session.on('replaced', detail => replaced.push(detail))
  clock.jump(HOUR)
  const release = server.hold()
  const outcome = Promise.resolve(one.session.lease()).catch((error: unknown) => error)
  await quiet()

  const signingIn = two.session.login(BOB)
  release()
  await clock.advance(1000)
  await signingIn

  expect(await outcome).toMatchObject(outcomeOfWait)
  expect(one.session.getState()).toMatchObject({ user: { name: BOB.email } })
  expect(replaced).toEqual([{ from: 'session-1', to: 'session-2', by: 'another-tab' }])
})

it('E03: a page that was away does not send what it made for one user as another', async () => {
  const { server, open } = openBar()
  const [one, two] = [open(), open()]
  await one.session.login(ADA)
  await quiet()
  // What the page was given last is at hand, and is looked at again.
  await one.session.lease()
  one.tab.leave()
  await two.session.login(BOB)

  expect(one.session.getState()).toMatchObject({ user: { name: ADA.email } })
  await expect(one.session.lease()).rejects.toMatchObject({ code: 'session-changed' })

  // By now the page knows whose session it is.
  expect(one.session.getState()).toMatchObject({ user: { name: BOB.email } })
  const tokens = [await one.session.getAccessToken(), await two.session.getAccessToken()]
  expect(tokens.every(server.accepts)).toBe(true)
  expect(new Set(tokens).size).toBe(oneOrEach(2))
})

it('E07: tells both sides of a switch, and nothing of the kind for a refresh', async () => {
  const { open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  const replaced: unknown[] = []
  session.on('replaced', detail => replaced.push(detail))

  await soon(session.refresh())
  expect(session.getState()).toMatchObject({ sessionId: 'session-1' })
  expect(replaced).toEqual([])
  await session.login(BOB)

  expect(replaced).toEqual([{ from: 'session-1', to: 'session-2', by: 'this-tab' }])
})

it('a new sign-in of the same user is a new session: what waited in the old one is not sent in it', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)
  const release = server.hold()
  const outcome = Promise.resolve(session.lease()).catch((error: unknown) => error)
  await quiet()

  const signingIn = session.login(ADA)
  release()
  await clock.advance(1000)
  await signingIn

  expect(await outcome).toMatchObject(outcomeOfWait)
})

it('a new sign-in is a new session also where the server gives sessions no name', async () => {
  const { open } = openBar()
  const { session } = open()
  session.adopt({ access_token: 'a1', refresh_token: 'r1' })
  const lease = session.lease() as Lease
  const events = eventsOf(session)

  session.adopt({ access_token: 'a2', refresh_token: 'r2' })

  expect(events).toEqual(['replaced'])
  expect(await session.renew(lease)).toBeNull()
})

it('E12: a tab that idles leaves the session that another one signed in to alone', async () => {
  const { server, open } = openBar()
  const [idle, busy] = [open(), open()]
  await idle.session.login(ADA)
  await quiet()
  idle.tab.leave()
  await busy.session.login(BOB)
  await quiet()

  // Its own idle timer fires before anything else is told to it.
  void idle.session.logout()
  await quiet()
  idle.tab.comeBack()
  await quiet()

  expect(busy.session.getState()).toMatchObject({ user: { name: BOB.email } })
  expect(server.accepts(await busy.session.getAccessToken())).toBe(true)
  expect(idle.session.getState()).toMatchObject({ user: { name: BOB.email } })
})

it('B16: a hidden tab that ticks leaves the state of another session alone', async () => {
  const { clock, server, open } = openBar()
  const [hidden, shown] = [open({ keepAlive: true }), open()]
  await hidden.session.login(ADA)
  await quiet()
  hidden.tab.leave()
  await shown.session.login(BOB)

  await clock.advance(HOUR)

  expect(server.live()).toEqual(['session-2'])
  expect(shown.session.getState()).toMatchObject({ sessionId: 'session-2' })
  expect(server.accepts(await shown.session.getAccessToken())).toBe(true)
})

describe('a new sign-in to which the server gives the name of the session that ended', () => {
  /** The tokens of single sign-on: whoever signs in again meets the same session there. */
  const tokens = (generation: number) => ({
    access_token: `a${generation}`,
    refresh_token: `r${generation}`,
    session: { id: 'sso' },
  })

  it.each([
    ['where it ended', (page: OpenTab) => page.session],
    ['on a page that came after', (page: OpenTab) => page.again()],
  ])('is a new session in every tab, and nobody ends it: %s', async (_, nextOf) => {
    const { clock, open } = openBar()
    const [page, other] = [open(), open()]
    other.session.getState()
    page.session.adopt(tokens(1))
    await quiet()
    await page.session.logout()
    await quiet()
    expect(other.session.getState()).toMatchObject({ reason: 'logout-elsewhere' })

    const session = nextOf(page)
    session.adopt(tokens(2))
    await clock.advance(5_000)

    for (const each of [session, other.session])
      expect(each.getState()).toMatchObject({ status: 'authenticated', sessionId: 'sso' })
    expect(await session.getAccessToken()).toBe('a2')
  })

  it('goes on through a step-up', async () => {
    const { session } = openBar().open()
    session.adopt(tokens(1))
    await session.logout()
    session.adopt(tokens(2))
    const events = eventsOf(session)

    session.adopt(tokens(3))

    expect(events).toEqual(['refreshed'])
  })
})

it('A07: a step-up that leaves out the user and the refresh token keeps them', async () => {
  const { open, refreshToken } = openBar()
  const { session } = open()
  await session.login(ADA)
  const before = refreshToken()

  session.adopt({ access_token: 'stepped-up', expires_in: 60, session: { id: 'session-1' } })

  expect(session.getState()).toMatchObject({ user: { name: ADA.email } })
  expect(refreshToken()).toBe(before)
  expect(await session.getAccessToken()).toBe('stepped-up')
})

it('a step-up that keeps the name of the session replaces nothing, and what waits goes on with it', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)
  const events = eventsOf(session)
  const release = server.hold()
  const waiting = session.getAccessToken()
  await quiet()

  session.adopt({
    access_token: 'stepped-up',
    refresh_token: 'rt.session-1.1',
    expires_in: 3600,
    session: { id: 'session-1' },
  })
  release()
  await clock.advance(1000)

  expect(await waiting).toBe('stepped-up')
  expect(events).toEqual(['refreshed'])
  expect(server.live()).toEqual(['session-1'])
})

whereStored('keeps apart a session for one tab and the one that everybody shares', async () => {
  const { clock, server, open, soon } = openBar()
  const [own, shared] = [open(), open()]
  await own.session.login(ADA, { remember: false })
  await shared.session.login(BOB)
  await quiet()
  const events = eventsOf(shared.session)

  await soon(own.session.refresh())
  await quiet()
  expect(own.session.getState()).toMatchObject({ user: { name: ADA.email }, persistence: 'tab' })
  await own.session.logout()
  await clock.advance(1000)

  expect(events).toEqual([])
  expect(shared.session.getState()).toMatchObject({
    user: { name: BOB.email },
    persistence: 'local',
  })
  expect(server.accepts(await shared.session.getAccessToken())).toBe(true)
})

it('says that a session was replaced where the next one is kept for one tab only', async () => {
  const { open } = openBar()
  const [one, two] = [open(), open()]
  await one.session.login(ADA)
  await quiet()
  two.session.getState()

  await two.session.login(BOB, { remember: false })
  await quiet()

  expect(one.session.getState()).toEqual({ status: 'unauthenticated', reason: 'replaced' })
  expect(two.session.getState()).toMatchObject({ user: { name: BOB.email }, persistence: 'tab' })
})
