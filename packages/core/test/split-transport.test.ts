import type { Lease } from '@tabkeeper/core/http'
import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, type Bar, BOB, endingsOf, eventsOf, HOUR, openBar, tellIn } from './bar.ts'

// What only sessions have whose refresh token is a cookie. What they have in common with the others is
// told in `in-split-transport.test.ts`.
tellIn('split')

/** Everything that is readable in this browser. */
function stored({ browser }: Bar): string {
  return JSON.stringify(browser.local.entries())
}

describe('row 64: storage', () => {
  it('has the record and the user, and no token, at any time', async () => {
    const bar = openBar()
    const { tab, session } = bar.open()
    const seen: string[] = []
    const look = () => seen.push(stored(bar) + JSON.stringify(tab.world.tabStorage.read('x')))
    session.subscribe(look)
    await session.login(ADA)
    const token = await session.getAccessToken()
    await bar.soon(session.refresh())
    const newer = await session.getAccessToken()
    look()
    expect(Object.keys(bar.browser.local.entries()).sort()).toEqual([
      'admin_user',
      'tabkeeper:admin',
    ])
    await session.logout()
    look()

    expect(newer).not.toBe(token)
    for (const text of seen) expect(text).not.toMatch(/[ar]t\.session/)
    expect(stored(bar)).not.toContain(ADA.email)
  })

  it('has no fingerprint of a token either', async () => {
    const bar = openBar()
    await bar.open().session.login(ADA)
    const first = JSON.parse(bar.browser.local.read('tabkeeper:admin') ?? '')
    const other = openBar()
    await other.open().session.login(BOB)
    const second = JSON.parse(other.browser.local.read('tabkeeper:admin') ?? '')

    expect(first.prints).toEqual(second.prints)
  })
})

describe('a page that is opened', () => {
  it('asks nobody anything where nothing says that somebody is signed in', async () => {
    const { browser, server, open, soon, refreshToken } = openBar()
    const before = open()
    await before.session.login(ADA)
    before.tab.close()
    browser.local.clear()
    expect(refreshToken()).not.toBeNull()

    const { session } = open()

    expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'none' })
    expect(await soon(Promise.resolve(session.lease()))).toBeNull()
    expect(server.counts.refreshes).toBe(0)
  })

  it('is signed in at once where the record says so, and requests wait for a token of its own', async () => {
    const { server, open, soon } = openBar()
    await open().session.login(ADA)

    const { session } = open()

    expect(session.getState()).toEqual({
      status: 'authenticated',
      user: { name: ADA.email },
      sessionId: 'session-1',
      expiresAt: null,
      refresh: 'pending',
      persistence: 'local',
    })
    expect(server.accepts(await soon(session.getAccessToken()))).toBe(true)
    expect(server.counts.refreshes).toBe(1)
  })

  it('learns that the session is over when its cookie is', async () => {
    const bar = openBar()
    const before = bar.open()
    await before.session.login(ADA)
    bar.dropCookies()

    const { session } = bar.open()
    const endings = endingsOf(session)
    await expect(bar.soon(session.getAccessToken())).rejects.toMatchObject({
      code: 'session-ended',
    })

    await quiet()
    expect(endings).toEqual(['expired'])
    expect(before.session.getState()).toMatchObject({ reason: 'expired' })
  })

  it('takes a session up that a redirect of single sign-on began: by asking for its tokens', async () => {
    const { browser, server, endpoint, open, soon } = openBar()
    await open().session.login(ADA)
    browser.local.clear()
    const { session } = open()
    expect(session.getState()).toMatchObject({ status: 'unauthenticated' })

    const answer = await endpoint().refresh('', {})
    if (answer.is !== 'granted') throw new Error(`got ${answer.is}`)
    session.adopt(answer.tokens)

    expect(session.getState()).toMatchObject({ sessionId: 'session-1' })
    await soon(session.refresh())
    expect(server.accepts(await session.getAccessToken())).toBe(true)
  })

  it('takes no tokens from storage that were left there, and the next sign-in erases them', async () => {
    const { browser, server, open } = openBar()
    browser.local.write('admin_token', 'old')
    browser.local.write('admin_refresh_token', 'older')
    const { session } = open()

    expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'none' })
    await session.login(ADA)

    expect(Object.keys(browser.local.entries()).sort()).toEqual(['admin_user', 'tabkeeper:admin'])
    expect(server.counts.refreshes).toBe(0)
  })

  it('fetches a token though the clock was set back since the record was written', async () => {
    const { clock, server, open, soon } = openBar()
    await open().session.login(ADA)
    clock.jump(-3 * HOUR)

    expect(server.accepts(await soon(open().session.getAccessToken()))).toBe(true)
  })
})

describe('one cookie for all tabs', () => {
  it('E03: a tab that does not know yet who has signed in gets none of his tokens', async () => {
    const { clock, server, open, soon } = openBar()
    const [one, two] = [open(), open()]
    await one.session.login(ADA)
    const lease = one.session.lease() as Lease
    // Nothing of what happens elsewhere reaches this tab, and it cannot read it either.
    one.tab.leave()
    const record = one.tab.storage.read('tabkeeper:admin')
    await two.session.login(BOB)
    await clock.advance(1_000)
    two.tab.storage.write('tabkeeper:admin', record ?? '')
    const endings = endingsOf(one.session)

    await expect(soon(one.session.renew(lease))).rejects.toMatchObject({ code: 'session-ended' })

    expect(endings).toEqual(['replaced'])
    expect(server.live()).toEqual(['session-2'])
  })

  it('E09: a sign-out in the middle of a refresh leaves no cookie behind that is worth anything', async () => {
    const { clock, server, open, refreshToken } = openBar()
    const { session } = open()
    await session.login(ADA)
    const release = server.hold()
    const refused = expect(session.refresh()).rejects.toMatchObject({ code: 'session-ended' })
    await quiet()

    const left = session.logout()
    release()
    await clock.advance(1000)

    await refused
    expect(await left).toEqual({ acknowledged: true })
    expect(refreshToken()).toBeNull()
    expect(server.live()).toEqual([])
  })

  it('a sign-in waits for the refresh of another tab, and its cookie is the one that stays', async () => {
    const { clock, server, open, refreshToken } = openBar()
    const [one, two] = [open(), open()]
    await one.session.login(ADA)
    two.session.getState()
    await clock.advance(100)
    const release = server.hold()
    const refreshing = one.session.refresh().catch(() => {})
    await quiet()

    const signingIn = two.session.login(BOB)
    await quiet()
    release()
    await clock.advance(1000)
    await Promise.all([refreshing, signingIn])

    expect(refreshToken()).toMatch(/^rt\.session-2/)
    expect(server.live()).toEqual(['session-2'])
    for (const { session } of [one, two])
      expect(session.getState()).toMatchObject({ user: { name: BOB.email } })
  })

  it('a refresh that waited for a sign-in in another tab sees it before it asks', async () => {
    const { clock, server, open, soon } = openBar({ lag: () => 8 })
    const [one, two] = [open(), open()]
    await one.session.login(ADA)
    two.session.getState()
    await clock.advance(200)
    clock.jump(HOUR)
    server.counts.refreshes = 0

    const admit = server.hold()
    const signingIn = two.session.login(BOB)
    await quiet()
    const asking = one.session.getAccessToken().catch((error: unknown) => error)
    await quiet()
    admit()
    await signingIn
    const release = server.hold()
    await clock.advance(50)
    release()
    await clock.advance(1000)

    expect(await asking).toMatchObject({ code: 'session-changed' })
    expect(server.counts.refreshes).toBe(0)
    expect(server.accepts(await soon(one.session.getAccessToken()))).toBe(true)
    await soon(two.session.refresh())
    expect(server.counts.reused).toBe(0)
  })

  it('a sign-out that is told late does nothing to who signed in meanwhile', async () => {
    const { clock, server, endpoint, open } = openBar()
    let isOffline = true
    const revoke: typeof server.endpoint.revoke = (...call) =>
      isOffline ? Promise.resolve(false) : server.endpoint.revoke(...call)
    const one = open({ endpoint: endpoint({ revoke }) })
    await one.session.login(ADA)
    expect(await one.session.logout()).toEqual({ acknowledged: false })
    // In a page that knows nothing of what is kept.
    await open({ app: 'admin', storage: one.tab.world.tabStorage }).session.login(BOB)

    isOffline = false
    one.tab.online()
    await clock.advance(1000)

    expect(server.live()).toEqual(['session-2'])
  })

  it('a pause ends for every tab when the refresh of one goes through', async () => {
    const { clock, server, open, soon } = openBar()
    const [one, two, three] = [open(), open(), open()]
    await one.session.login(ADA)
    for (const { session } of [two, three]) session.getState()
    await clock.advance(100)
    // However many tokens it has had for itself.
    for (let i = 0; i < 3; i++) await soon(one.session.refresh())
    clock.jump(HOUR)
    server.fail({ retryAfter: 60_000 })
    await expect(soon(one.session.getAccessToken())).rejects.toMatchObject({ code: 'unreachable' })
    await quiet()
    expect(two.session.getState()).toMatchObject({ refresh: 'backing-off' })
    const events = eventsOf(two.session)

    await soon(three.session.refresh())
    await quiet()

    expect(two.session.getState()).toMatchObject({ refresh: 'idle' })
    expect(server.accepts(await soon(two.session.getAccessToken()))).toBe(true)
    expect(events).toEqual(['refreshed'])
  })

  it('C06: a server that is down is asked by one of ten tabs that wake together', async () => {
    const { clock, server, open } = openBar({ lag: () => 8 })
    const tabs = Array.from({ length: 10 }, () => open())
    await tabs[0]?.session.login(ADA)
    for (const { session } of tabs) session.getState()
    await clock.advance(1000)
    clock.jump(HOUR)
    server.counts.refreshes = 0
    server.fail({ retryAfter: 60_000 })

    const asking = tabs.map(({ session }) => session.getAccessToken().catch(error => error.code))
    await clock.advance(1000)

    expect(await Promise.all(asking)).toEqual(Array(10).fill('unreachable'))
    expect(server.counts.refreshes).toBe(1)
  })

  it('E03: sessions that the server gives no name are told apart all the same', async () => {
    const { open } = openBar()
    const [one, two] = [open(), open()]
    one.session.adopt({ access_token: 'a', user: { name: 'Ada' } })
    await quiet()
    two.session.getState()
    const events = eventsOf(two.session)

    one.session.adopt({ access_token: 'b', user: { name: 'Bob' } })
    await quiet()

    expect(two.session.getState()).toMatchObject({ user: { name: 'Bob' } })
    expect(events).toEqual(['replaced'])
  })

  it('L05: a session that is disposed of in the middle of a refresh leaves no timer', async () => {
    const { clock, server, open } = openBar()
    const { session } = open()
    await session.login(ADA)
    server.hold()
    const refused = expect(session.refresh()).rejects.toMatchObject({ code: 'disposed' })
    await quiet()

    session.dispose()
    await refused
    await quiet()

    // The lock is given back a little later.
    await clock.advance(200)
    expect(clock.pending()).toBe(0)
  })

  it('B11: a tab that is duplicated with its storage fetches its own token, and none is used twice', async () => {
    const { clock, server, open, soon } = openBar()
    const one = open()
    await one.session.login(ADA, { remember: false })
    const copy = open()
    for (const key of ['admin_user', 'tabkeeper:admin'])
      copy.tab.world.tabStorage.write(key, one.tab.world.tabStorage.read(key) ?? '')

    for (let round = 0; round < 3; round++) {
      const asking = [one, copy].map(({ session }) => session.getAccessToken())
      for (const token of await soon(Promise.all(asking))) expect(server.accepts(token)).toBe(true)
      clock.jump(HOUR)
    }
    expect(server.counts.reused).toBe(0)
  })
})
