import type { AuthEndpoint, RefreshAnswer } from '@tabkeeper/core'
import { quiet, type RotatingServer } from '@tabkeeper/testing'
import { expect, it } from 'vitest'
import { ADA, BOB, endingsOf, openBar } from './bar.ts'

// Orders of events that the simulation found, told as small as they get.

/** The server rotates at once, and the tab hears of it when `answer` is called. */
function grantedLater({ endpoint }: Pick<RotatingServer, 'endpoint'>) {
  let release = () => {}
  const answered = new Promise<void>(resolve => {
    release = resolve
  })
  return {
    async refresh(...call: Parameters<AuthEndpoint['refresh']>): Promise<RefreshAnswer> {
      const granted = await endpoint.refresh(...call)
      await answered
      return granted
    },
    answer: () => release(),
  }
}

it('leaves word of an ending for a tab that was frozen, also when somebody then signs in for one tab only', async () => {
  const { clock, open } = openBar()
  const [here, there, frozen] = [open(), open(), open()]
  await here.session.login(ADA)
  await quiet()
  const endings = endingsOf(frozen.session)
  expect(frozen.session.getState()).toMatchObject({ status: 'authenticated' })
  frozen.tab.freeze()

  await here.session.logout()
  await quiet()
  await there.session.login(BOB, { remember: false })
  await clock.advance(1000)
  frozen.tab.thaw()
  await quiet()

  expect(endings).toEqual(['logout-elsewhere'])
})

it('B16: ends no session with the pause that a tab notes for the one before it', async () => {
  let lag = 0
  const { clock, endpoint, open } = openBar({ lag: () => lag })
  let answer: (is: RefreshAnswer) => void = () => {}
  const refresh = () =>
    new Promise<RefreshAnswer>(resolve => {
      answer = resolve
    })
  const [behind, here, opens] = [open({ endpoint: endpoint({ refresh }) }), open(), open()]
  await behind.session.login(ADA)
  await quiet()
  here.session.getState()
  const refreshed = behind.session.refresh()
  const failed = expect(refreshed).rejects.toMatchObject({ code: 'unreachable' })
  await quiet()
  // From here on the two see late what the other stores.
  lag = 200
  await here.session.login(BOB)
  answer({ is: 'unreachable', retryAfter: 5_000, cause: null })
  await clock.advance(1_000)
  await failed

  for (const { session } of [behind, here, opens])
    expect(session.getState()).toMatchObject({ sessionId: 'session-2', refresh: 'idle' })
})

it('B16: goes on with the session of a sign-in that crosses a refresh of the one before', async () => {
  let lag = 0
  const { clock, endpoint, server, open } = openBar({ lag: () => lag })
  const { refresh, answer } = grantedLater(server)
  const [behind, here] = [open({ endpoint: endpoint({ refresh }) }), open()]
  await behind.session.login(ADA)
  await quiet()
  here.session.getState()
  const refreshed = behind.session.refresh()
  await quiet()
  lag = 20
  await here.session.login(BOB)
  answer()
  await clock.advance(1_000)
  await refreshed.catch(() => {})

  for (const { session } of [behind, here, open()])
    expect(session.getState()).toMatchObject({ user: { name: BOB.email }, persistence: 'local' })
})

it('B01: spends no token again where storage is a quarter of a second old and nobody has the lock', async () => {
  let lag = 0
  const { clock, server, open, soon } = openBar({ lag: () => lag })
  const [here, there] = [open(), open()]
  await here.session.login(ADA)
  await quiet()
  there.session.getState()
  lag = 250
  const first = here.session.refresh()
  await clock.advance(150)
  await first
  await soon(there.session.refresh())

  expect(server.counts.reused).toBe(0)
  expect(there.session.getState()).toMatchObject({ status: 'authenticated' })
})

it('E05: shows how a session ended, also when a tab that had the one before it is heard of after that', async () => {
  const { clock, open } = openBar()
  const [behind, here, away] = [open(), open(), open()]
  await here.session.login(ADA)
  await quiet()
  behind.session.getState()
  behind.tab.leave()
  await here.session.login(BOB)
  await quiet()
  const endings = endingsOf(away.session)
  expect(away.session.getState()).toMatchObject({ user: { name: BOB.email } })
  away.tab.leave()
  await here.session.logout()
  await behind.session.logout()
  await clock.advance(2_000)
  away.tab.comeBack()

  expect(endings).toEqual(['logout-elsewhere'])
})

it('keeps the pause of the other tabs in a hidden tab that refreshes by timer', async () => {
  const { clock, server, open } = openBar({ lifetime: 100 })
  const [hidden, shown] = [open({ keepAlive: true }), open()]
  await hidden.session.login(ADA)
  await quiet()
  shown.session.getState()
  hidden.tab.leave()
  await clock.advance(79_000)
  server.fail({ retryAfter: 30_000 })
  const failed = expect(shown.session.refresh()).rejects.toMatchObject({ code: 'unreachable' })
  await clock.advance(500)
  await failed
  expect(server.counts.refreshes).toBe(1)

  // By now it is due.
  await clock.advance(25_000)

  expect(server.counts.refreshes).toBe(1)
})

it('keeps the pause that the server asked another tab for when a frozen tab comes to the end of its own attempt', async () => {
  const { clock, server, open } = openBar({ lifetime: 100 })
  const [frozen, here] = [open(), open()]
  await frozen.session.login(ADA)
  await quiet()
  here.session.getState()
  await clock.advance(95_000)
  server.fail('lose-request', { retryAfter: 60_000 })
  void frozen.session.getAccessToken().catch(() => {})
  await clock.advance(10)
  frozen.tab.freeze()
  const failed = expect(here.session.getAccessToken()).rejects.toMatchObject({
    code: 'unreachable',
  })
  await clock.advance(15_000)
  await failed
  expect(server.counts.refreshes).toBe(2)

  frozen.tab.thaw()
  await clock.advance(10_000)

  await expect(frozen.session.getAccessToken()).rejects.toMatchObject({ code: 'unreachable' })
  expect(server.counts.refreshes).toBe(2)
})

it('lets the tabs that wait know of a failure that lengthened no pause', async () => {
  const { clock, server, open } = openBar({ lifetime: 100 })
  const [here, there] = [open(), open()]
  await here.session.login(ADA)
  await quiet()
  there.session.getState()
  server.fail({ retryAfter: 60_000 }, { retryAfter: 1_000 })
  const refused = (tab: typeof here) =>
    expect(tab.session.refresh()).rejects.toMatchObject({ code: 'unreachable' })
  const first = refused(here)
  await clock.advance(1000)
  await first
  expect(server.counts.refreshes).toBe(1)

  // Both insist at the same moment: one asks, and the other takes it for an answer.
  const both = [refused(here), refused(there)]
  await clock.advance(1000)
  await Promise.all(both)

  expect(server.counts.refreshes).toBe(2)
})

it('E01: ends for good, also where another tab stores a refresh before it sees the sign-out', async () => {
  let lag = 0
  const { browser, clock, endpoint, server, open } = openBar({ lag: () => lag })
  const { refresh, answer } = grantedLater(server)
  const [here, there] = [open(), open({ endpoint: endpoint({ refresh }) })]
  await here.session.login(ADA)
  await quiet()
  there.session.getState()
  const endings = endingsOf(there.session)
  const refreshed = there.session.refresh().catch(() => {})
  await quiet()
  // The tab is closed at once, and nobody else tells the server.
  lag = 200
  void here.session.logout()
  here.tab.close()
  answer()
  await clock.advance(1_000)
  await refreshed

  expect(endings).toEqual(['logout-elsewhere'])
  expect(open().session.getState()).toMatchObject({ status: 'unauthenticated' })
  expect(Object.keys(browser.local.entries())).toEqual(['tabkeeper-ending:admin'])
})

it('E03: goes on in a hidden tab that signed in as another tab learned that the session before was over', async () => {
  const { clock, server, open } = openBar({ lag: () => 5 })
  const [behind, hidden] = [open(), open()]
  await behind.session.login(ADA)
  await clock.advance(100)
  hidden.session.getState()
  const endings = endingsOf(hidden.session)
  hidden.tab.leave()
  // Its timers ring once a second.
  hidden.tab.throttle(1_000)
  await hidden.session.login(BOB)
  await behind.session.logout()
  await clock.advance(30_000)

  expect(server.accepts(await hidden.session.getAccessToken())).toBe(true)
  expect(endings).toEqual([])
  for (const { session } of [behind, hidden, open()])
    expect(session.getState()).toMatchObject({ sessionId: 'session-2' })
})

it('B01: spends no token again that a tab has spent which is closed before anybody can see what it stored', async () => {
  let lag = 0
  const { clock, server, open, soon } = openBar({ lag: () => lag })
  const [here, there] = [open(), open()]
  await here.session.login(ADA)
  await quiet()
  there.session.getState()
  lag = 300
  const first = here.session.refresh()
  await clock.advance(100)
  await first
  here.tab.close()
  await soon(there.session.refresh())

  expect(server.counts.reused).toBe(0)
  expect(there.session.getState()).toMatchObject({ status: 'authenticated' })
})

it('keeps a pause that another tab noted while its own flight waited for the one before', async () => {
  const { clock, server, open } = openBar()
  const [frozen, here] = [open(), open()]
  await frozen.session.login(ADA)
  await quiet()
  here.session.getState()
  const lease = await frozen.session.lease()
  // The lock is still held for the tokens of the first when the second is decided on.
  await frozen.session.refresh()
  void frozen.session.refresh().catch(() => {})
  expect(lease).not.toBeNull()
  frozen.tab.freeze()
  await clock.advance(20_000)
  server.fail({ retryAfter: 60_000 })
  const failed = expect(here.session.refresh()).rejects.toMatchObject({ code: 'unreachable' })
  await clock.advance(15_000)
  await failed
  const before = server.counts.refreshes

  frozen.tab.thaw()
  await clock.advance(5_000)

  expect(server.counts.refreshes).toBe(before)
})

it('E03: clears no sign-in away with the late commit of the session before', async () => {
  let lag = 0
  const { clock, endpoint, server, open } = openBar({ lag: () => lag })
  const { refresh, answer } = grantedLater(server)
  const [here, late] = [open(), open({ endpoint: endpoint({ refresh }) })]
  await here.session.login(ADA)
  await quiet()
  late.session.getState()
  const endings = endingsOf(here.session)
  const refreshed = late.session.refresh().catch(() => {})
  await quiet()
  lag = 50
  await here.session.logout()
  await here.session.login(BOB)
  answer()
  await clock.advance(2_000)
  await refreshed

  expect(endings).toEqual(['logout'])
  for (const { session } of [here, late, open()])
    expect(session.getState()).toMatchObject({ user: { name: BOB.email }, persistence: 'local' })
})

it('keeps the pause that the server asked another tab for in a hidden tab that comes online', async () => {
  const { clock, server, open } = openBar({ lifetime: 100 })
  const [hidden, shown] = [open(), open()]
  await hidden.session.login(ADA)
  await quiet()
  shown.session.getState()
  clock.jump(100_000)
  server.fail(
    { answer: { is: 'unreachable', retryAfter: null, cause: null } },
    { retryAfter: 60_000 },
  )
  const fails = async ({ session }: typeof hidden) => {
    const failed = expect(session.refresh()).rejects.toMatchObject({ code: 'unreachable' })
    await clock.advance(1_000)
    await failed
  }
  await fails(hidden)
  hidden.tab.leave()
  await clock.advance(20_000)
  await fails(shown)
  expect(server.counts.refreshes).toBe(2)

  hidden.tab.online()
  await clock.advance(5_000)

  expect(server.counts.refreshes).toBe(2)
})

it('E03: goes on in a tab that opened as another tab, behind, signed the session before out', async () => {
  let lag = 0
  const { clock, open } = openBar({ lag: () => lag })
  const [signedIn, behind] = [open(), open()]
  await behind.session.login(ADA)
  await quiet()
  signedIn.session.getState()
  lag = 20
  await signedIn.session.login(BOB)
  const opened = open()
  expect(opened.session.getState()).toMatchObject({ sessionId: 'session-2' })
  const endings = endingsOf(opened.session)
  await behind.session.logout()
  await clock.advance(5_000)

  expect(endings).toEqual([])
  for (const { session } of [signedIn, behind, opened, open()])
    expect(session.getState()).toMatchObject({ sessionId: 'session-2', persistence: 'local' })
})

it('E03: ends in a tab that opened just then, where nobody is left who puts the session back', async () => {
  let lag = 0
  const { clock, open } = openBar({ lag: () => lag })
  const [signedIn, behind] = [open(), open()]
  await behind.session.login(ADA)
  await quiet()
  signedIn.session.getState()
  lag = 20
  await signedIn.session.login(BOB)
  const opened = open()
  opened.session.getState()
  const endings = endingsOf(opened.session)
  signedIn.tab.close()
  await behind.session.logout()
  await clock.advance(900)
  expect(endings).toEqual([])
  await clock.advance(200)

  expect(endings).toEqual(['replaced'])
  expect(opened.session.getState()).toMatchObject({ status: 'unauthenticated' })
})
