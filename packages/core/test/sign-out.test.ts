import { isSessionError, SessionError } from '@tabkeeper/core'
import type { Lease } from '@tabkeeper/core/http'
import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, BOB, endingsOf, eventsOf, HOUR, openBar, storedKeys } from './bar.ts'

const KEYS = ['admin_token', 'admin_refresh_token', 'admin_user']

describe('a sign-out while a refresh is in flight', () => {
  it('E01: stays signed out when the answer comes, and gives the new tokens back', async () => {
    const { browser, clock, server, open } = openBar()
    const { session } = open()
    await session.login(ADA)
    const events = eventsOf(session)
    const release = server.hold()
    const waiting = session.refresh()
    const refused = expect(waiting).rejects.toMatchObject({ code: 'session-ended' })
    await quiet()

    const leaving = session.logout()
    release()
    await clock.advance(1000)

    await refused
    expect(await leaving).toEqual({ acknowledged: true })
    expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })
    expect(Object.keys(browser.local.entries())).toEqual(['tabkeeper-ending:admin'])
    expect(events).toEqual(['signed-out'])
    // One for the tokens that were there, one for those that came too late.
    expect(server.counts.revocations).toBe(2)
    expect(server.live()).toEqual([])
  })

  it('E01: in another tab does the same', async () => {
    const { browser, clock, server, open } = openBar()
    const [one, two] = [open(), open()]
    await one.session.login(ADA)
    await quiet()
    two.session.getState()
    const authors: string[] = []
    for (const { session } of [one, two]) session.on('signed-out', ({ by }) => authors.push(by))
    const events = eventsOf(one.session)
    const release = server.hold()
    const refused = expect(one.session.refresh()).rejects.toMatchObject({ code: 'session-ended' })
    await quiet()

    void two.session.logout()
    release()
    await clock.advance(1000)

    await refused
    expect(one.session.getState()).toMatchObject({ reason: 'logout-elsewhere' })
    expect(authors).toEqual(['this-tab', 'another-tab'])
    expect(Object.keys(browser.local.entries())).toEqual(['tabkeeper-ending:admin'])
    expect(events).toEqual(['signed-out'])
    expect(server.live()).toEqual([])
  })

  it('E01: holds even where the tab was told nothing of it', async () => {
    const { browser, clock, server, open } = openBar()
    const [one, two] = [open(), open()]
    await one.session.login(ADA)
    await quiet()
    two.session.getState()
    const release = server.hold()
    const refused = expect(one.session.refresh()).rejects.toMatchObject({ code: 'session-ended' })
    await quiet()
    one.tab.leave()

    void two.session.logout()
    release()
    await clock.advance(1000)

    await refused
    expect(Object.keys(browser.local.entries())).toEqual(['tabkeeper-ending:admin'])
    expect(server.live()).toEqual([])
  })

  it('leaves the sign-in that follows alone', async () => {
    const { clock, server, open } = openBar()
    const { session } = open()
    await session.login(ADA)
    const release = server.hold()
    const refused = expect(session.refresh()).rejects.toMatchObject({ code: 'session-ended' })
    await quiet()

    void session.logout()
    const signingIn = session.login(BOB)
    release()
    await clock.advance(1000)

    await refused
    expect(await signingIn).toEqual({ name: BOB.email })
    expect(session.getState()).toMatchObject({ sessionId: 'session-2' })
    expect(server.live()).toEqual(['session-2'])
    expect(server.accepts(await session.getAccessToken())).toBe(true)
  })
})

describe('a sign-out in a tab that does not see yet that somebody else has signed in', () => {
  it('E03: leaves the newer session alone, in every tab', async () => {
    const { clock, server, open } = openBar({ lag: () => 5 })
    const [one, two, three] = [open(), open(), open()]
    await one.session.login(ADA)
    for (const { session } of [two, three]) session.getState()
    await clock.advance(100)
    const endings = [two, three].map(({ session }) => endingsOf(session))

    const signedIn = two.session.login(BOB)
    await signedIn
    const left = one.session.logout()
    await clock.advance(1000)

    expect(await left).toEqual({ acknowledged: true })
    for (const { session } of [one, two, three]) {
      expect(session.getState()).toMatchObject({ sessionId: 'session-2' })
      expect(server.accepts(await session.getAccessToken())).toBe(true)
    }
    expect(endings).toEqual([[], []])
  })
})

it.each([
  ['fails', (): Promise<boolean> => Promise.reject(new Error('no network'))],
  ['says no', (): Promise<boolean> => Promise.resolve(false)],
  [
    'throws',
    (): Promise<boolean> => {
      throw new Error('no network')
    },
  ],
] as const)('E04: is signed out at once when the server %s, and says so', async (_, revoke) => {
  const { browser, endpoint, open } = openBar()
  const { session } = open({ endpoint: endpoint({ revoke }) })
  await session.login(ADA)

  const leaving = session.logout()

  expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })
  for (const key of KEYS) expect(browser.local.entries()).not.toHaveProperty(key)
  expect(await leaving).toEqual({ acknowledged: false })
})

it('E04: does not wait for a server that never answers', async () => {
  const { endpoint, open, soon } = openBar()
  const { session } = open({ endpoint: endpoint({ revoke: () => new Promise(() => {}) }) })
  await session.login(ADA)

  expect(await soon(session.logout(), 10_000)).toEqual({ acknowledged: false })
})

it('E05: reaches three tabs at once: none gives the token out any more', async () => {
  const { open } = openBar()
  const tabs = [open(), open(), open()]
  await tabs[0]?.session.login(ADA)
  for (const { session } of tabs) session.getState()
  await quiet()
  const endings = tabs.map(({ session }) => endingsOf(session))

  await tabs[1]?.session.logout()
  await quiet()

  for (const { session } of tabs) expect(await session.lease()).toBeNull()
  expect(endings).toEqual([['logout-elsewhere'], ['logout'], ['logout-elsewhere']])
})

it('E06: tells one ending, with timers and requests running', async () => {
  const { clock, server, open } = openBar()
  const { session } = open({ keepAlive: true })
  await session.login(ADA)
  clock.jump(HOUR)
  const endings = endingsOf(session)
  const release = server.hold()
  const requests = Promise.allSettled([session.getAccessToken(), session.getAccessToken()])
  await quiet()

  void session.logout()
  void session.logout()
  release()
  await clock.advance(2 * HOUR)

  await requests
  expect(endings).toEqual(['logout'])
  expect(clock.pending()).toBe(0)
})

it('E08: gives no token to a page that is taken back from the history after a sign-out elsewhere', async () => {
  const { open } = openBar()
  const [one, two] = [open(), open()]
  await one.session.login(ADA)
  await quiet()
  two.session.getState()
  const events = eventsOf(one.session)
  // What the page was given last is at hand, and is looked at again.
  expect(await one.session.lease()).not.toBeNull()
  one.tab.leave()
  await two.session.logout()
  await quiet()

  // Before any event that the return brings.
  expect(one.session.getState()).toMatchObject({ status: 'authenticated' })
  expect(one.session.lease()).toBeNull()
  one.tab.comeBack()

  expect(one.session.getState()).toMatchObject({ reason: 'logout-elsewhere' })
  expect(events).toEqual(['signed-out'])
})

it('E11: leaves the other apps of the origin alone', async () => {
  const { browser, open } = openBar()
  const { session, again } = open()
  const other = again({ app: 'customer' })
  await session.login(ADA)
  await other.login(BOB)
  const before = other.getState()

  await session.logout()

  expect(other.getState()).toBe(before)
  expect(Object.keys(browser.local.entries()).sort()).toEqual(
    ['tabkeeper-ending:admin', ...storedKeys('customer')].sort(),
  )
})

it('keeps nothing about the user in storage after a sign-out', async () => {
  const { browser, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  expect(JSON.stringify(browser.local.entries())).toContain(ADA.email)

  await session.logout()

  expect(JSON.stringify(browser.local.entries())).not.toContain(ADA.email)
})

it('B09: ends, once, when another tab clears storage', async () => {
  const { open } = openBar()
  const [one, two] = [open(), open()]
  await one.session.login(ADA)
  await quiet()
  const endings = endingsOf(one.session)

  two.tab.clearStorage()
  await quiet()

  expect(endings).toEqual(['storage-cleared'])
  expect(one.session.lease()).toBeNull()
})

it('C07: asks no server any more after a refusal, until the next sign-in', async () => {
  const { clock, server, open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  server.end('session-1')
  const lease = session.lease() as Lease
  await expect(soon(session.renew(lease))).rejects.toMatchObject({ code: 'session-ended' })

  for (let i = 0; i < 20; i++) {
    expect(await session.lease()).toBeNull()
    expect(await session.renew(lease)).toBeNull()
    session.getState()
    await clock.advance(10_000)
  }
  expect(server.counts.refreshes).toBe(1)

  await session.login(ADA)
  await soon(session.refresh())
  expect(server.counts.refreshes).toBe(2)
})

it('signs out everywhere, and tells the server no second time', async () => {
  const { server, open } = openBar()
  const { session } = open()
  await session.login(ADA)

  expect(await session.logoutAll()).toEqual({ revoked: 1 })

  expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })
  expect(server.counts.revocations).toBe(0)
})

it('E02: ends nobody who signed in while the server ended the sessions of the one before', async () => {
  const { server, open, endpoint } = openBar()
  let answer = () => {}
  const answered = new Promise<void>(done => {
    answer = done
  })
  const revokeAll: typeof server.endpoint.revokeAll = async (...call) => {
    const result = await server.endpoint.revokeAll(...call)
    await answered
    return result
  }
  const { session } = open({ endpoint: endpoint({ revokeAll }) })
  await session.login(ADA)
  const leaving = session.logoutAll()
  await quiet()
  await session.login(BOB)
  const endings = endingsOf(session)
  answer()

  expect(await leaving).toEqual({ revoked: 1 })
  expect(endings).toEqual([])
  expect(session.getState()).toMatchObject({ user: { name: BOB.email } })
})

describe('what came of a sign-in', () => {
  it('E01: is given back where somebody signed out meanwhile', async () => {
    const { server, open } = openBar()
    const { session } = open()
    const events = eventsOf(session)
    const release = server.hold()
    const signingIn = session.login(ADA).catch(error => error)
    await quiet()
    await session.logout()
    release()

    expect(await signingIn).toMatchObject({ code: 'session-ended' })
    await quiet()
    expect(events).toEqual([])
    expect(server.live()).toEqual([])
  })

  it('E03: is given back where somebody else has signed in meanwhile', async () => {
    const { server, open } = openBar()
    const { session } = open()
    session.getState()
    const release = server.hold()
    const signingIn = session.login(ADA).catch(error => error)
    await quiet()
    session.adopt({ access_token: 'bobs', session: { id: 'session-of-bob' } })
    release()

    expect(await signingIn).toMatchObject({ code: 'session-changed' })
    await quiet()
    expect(await session.getAccessToken()).toBe('bobs')
    expect(server.live()).toEqual([])
  })

  it('counts where the sign-in that was asked for after it failed', async () => {
    const { server, open, endpoint, soon } = openBar()
    const release = server.hold()
    const login: typeof server.endpoint.login = (credentials, options) =>
      credentials.email === BOB.email
        ? Promise.reject(new SessionError('invalid-credentials', 'The password is wrong.'))
        : server.endpoint.login(credentials, options)
    const { session } = open({ endpoint: endpoint({ login }) })
    const [ada, bob] = [session.login(ADA), session.login(BOB).catch(error => error)]
    await quiet()
    release()

    expect(await soon(ada)).toEqual({ name: ADA.email })
    expect(isSessionError(await soon(bob))).toBe(true)
  })
})

it('is acknowledged where nobody was signed in', async () => {
  const { server, open } = openBar()
  const { session } = open()

  expect(await session.logout()).toEqual({ acknowledged: true })

  expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'none' })
  expect(server.counts.revocations).toBe(0)
})
