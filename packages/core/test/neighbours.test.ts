import { assembleSession } from '@tabkeeper/core/world'
import { quiet, virtualBrowser } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, BOB, endingsOf, eventsOf, HOUR, isServed, openBar } from './bar.ts'

/** What stands beside the plain forms of an entry: later, twice, or in the middle of something else. */
describe('two generations late instead of one', () => {
  it('A02: a 401 to a token that was replaced twice costs no refresh', async () => {
    const { server, open, soon } = openBar()
    const { session } = open()
    await session.login(ADA)
    const slow = await session.lease()
    await soon(session.refresh())
    await soon(session.refresh())
    const newest = await session.getAccessToken()

    const newer = slow && (await soon(session.renew(slow)))
    expect(newer?.accessToken).toBe(newest)
    expect(server.counts.refreshes).toBe(2)
  })

  it('A08: a commit that turns up two generations late is taken no notice of', async () => {
    const { browser, clock, server, open, soon } = openBar()
    const { tab, session } = open()
    const other = open()
    await session.login(ADA)
    const old = browser.local.entries()
    await soon(session.refresh())
    await clock.advance(100)
    await soon(session.refresh())
    await clock.advance(100)
    const newest = await session.getAccessToken()
    const events = eventsOf(session)

    for (const [key, text] of Object.entries(old)) other.tab.storage.write(key, text)
    await quiet()
    tab.comeBack()
    await clock.advance(200)

    expect(await session.getAccessToken()).toBe(newest)
    expect(events).toEqual([])
    expect(await soon(isServed(session, server))).toBe(true)
    expect(server.counts.reused).toBe(0)
  })

  it('B03: a refusal of a token that other tabs have replaced twice takes up the newest', async () => {
    const { clock, server, open, soon } = openBar({ lag: () => 5 })
    const [late, other] = [open(), open()]
    await late.session.login(ADA)
    await clock.advance(100)
    other.session.getState()
    // It hears of nothing, and storage has yet to show it the second of two refreshes.
    late.tab.leave()
    await soon(other.session.refresh())
    await clock.advance(200)
    await soon(other.session.refresh())
    const endings = endingsOf(late.session)
    clock.jump(HOUR)

    const tokens = await soon(
      Promise.all([late.session.getAccessToken(), other.session.getAccessToken()]),
      2_000,
    )
    expect(new Set(tokens).size).toBe(1)
    expect(endings).toEqual([])
    expect(server.counts.reused).toBe(0)
  })
})

describe('a sign-out and a sign-in again while a refresh is in flight', () => {
  it.each([
    ['the same user', ADA],
    ['another user', BOB],
  ])(
    'E01: of %s: the late answer changes nothing, and its tokens are given back',
    async (_, who) => {
      const { browser, clock, server, open, soon } = openBar()
      const { session } = open()
      const elsewhere = open()
      await session.login(ADA)
      await quiet()
      elsewhere.session.getState()
      clock.jump(HOUR)
      const release = server.hold()
      const late = session.getAccessToken().catch((error: unknown) => error)
      await quiet()
      void session.logout()
      const signingIn = session.login(who)
      release()
      await soon(signingIn)
      await clock.advance(1_000)

      expect(await late).toMatchObject({ name: 'SessionError' })
      expect(server.live()).toEqual(['session-2'])
      for (const each of [session, elsewhere.session]) {
        expect(each.getState()).toMatchObject({ sessionId: 'session-2', user: { name: who.email } })
        expect(await soon(isServed(each, server))).toBe(true)
      }
      expect(JSON.stringify(browser.local.entries())).not.toMatch(/[ar]t\.session-1/)
    },
  )

  it('E02: a 401 of the session before last does nothing to the one that is there now', async () => {
    const { server, open, soon } = openBar()
    const { session } = open()
    await session.login(ADA)
    const first = await session.lease()
    for (const who of [BOB, ADA]) {
      await session.logout()
      await session.login(who)
    }
    const events = eventsOf(session)
    expect(first && (await soon(session.renew(first)))).toBeNull()
    expect(events).toEqual([])
    expect(server.counts.refreshes).toBe(0)
  })

  it('D04: a listener that signs in again as it hears of the end is signed in', async () => {
    const { clock, server, open, soon } = openBar()
    const { session } = open()
    await session.login(ADA)
    let signingIn: Promise<unknown> = Promise.resolve()
    session.on('signed-out', () => {
      signingIn = session.login(BOB)
    })
    clock.jump(HOUR)
    const release = server.hold()
    const late = session.getAccessToken().catch((error: unknown) => error)
    await quiet()
    void session.logout()
    release()
    await soon(signingIn)
    await clock.advance(1_000)

    expect(await late).toMatchObject({ name: 'SessionError' })
    expect(session.getState()).toMatchObject({ user: { name: BOB.email } })
    expect(server.live()).toEqual(['session-2'])
  })
})

describe('a reload in the middle of a refresh', () => {
  it('C01: twice in a row, each before the answer came, costs nobody the session', async () => {
    const { clock, server, open, soon } = openBar({ grace: 30_000 })
    let { tab } = open()
    const first = open()
    await first.session.login(ADA)
    tab.close()
    tab = first.tab
    clock.jump(HOUR)
    for (let reload = 1; reload <= 2; reload++) {
      const release = server.hold()
      const page = reload === 1 ? first : open()
      void page.session.getAccessToken().catch(() => {})
      await quiet()
      page.tab.close()
      release()
      await clock.advance(2_000)
    }
    expect(await soon(isServed(open().session, server))).toBe(true)
    expect(server.counts).toMatchObject({ granted: 3, reused: 0 })
  })
})

describe('storage that goes away, or is another one', () => {
  it('G05: vanishes in the middle of a refresh: signed out, nothing half is left, the new tokens are given back', async () => {
    const { browser, clock, server, open } = openBar()
    const { session } = open()
    await session.login(ADA)
    const endings = endingsOf(session)
    clock.jump(HOUR)
    const release = server.hold()
    const late = session.getAccessToken().catch((error: unknown) => error)
    await quiet()
    // The browser evicts it, and tells nobody.
    browser.local.clear()
    release()
    await clock.advance(1_000)

    expect(endings).toEqual(['storage-cleared'])
    expect(await late).toMatchObject({ code: 'session-ended' })
    expect(browser.local.entries()).toEqual({})
    expect(server.live()).toEqual([])
  })

  it('G08: partitioned storage is another browser: neither signs the other out', async () => {
    const { clock, server, open, soon } = openBar()
    const framed = virtualBrowser(clock).openTab()
    const top = open()
    const frame = assembleSession(
      {
        app: 'admin',
        endpoint: framed.through(server.endpoint),
        storage: framed.storage,
        allowedOrigins: [],
      },
      framed.world,
    )
    await top.session.login(ADA)
    await frame.login(ADA)
    const events = [eventsOf(top.session), eventsOf(frame)]
    await soon(frame.refresh())
    await soon(top.session.refresh())
    await frame.logout()
    await clock.advance(1_000)

    expect(events).toEqual([['refreshed'], ['refreshed', 'signed-out']])
    expect(await soon(isServed(top.session, server))).toBe(true)
    frame.dispose()
  })
})

describe('K08: a lifecycle of another kind than a page’s', () => {
  it('one refresh catches up when the app is active again after its token ended', async () => {
    const { clock, server, open, soon } = openBar()
    const { tab, again, session } = open()
    session.dispose()
    let active = () => {}
    tab.world.watch = (_keys, _channel, signals) => {
      active = () => {
        signals.changed()
        signals.online()
      }
      return { publish() {}, stop() {} }
    }
    const app = again({ keepAlive: true })
    await app.login(ADA)
    tab.freeze()
    clock.jump(8 * HOUR)
    tab.thaw()
    active()
    const tokens = await soon(Promise.all([1, 2, 3].map(() => app.getAccessToken())))

    expect(new Set(tokens).size).toBe(1)
    expect(server.accepts(tokens[0] ?? '')).toBe(true)
    expect(server.counts.refreshes).toBe(1)
  })
})
