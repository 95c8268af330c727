import { memoryArea, type TokenArea } from '@tabkeeper/core'
import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, areTokensStored, BOB, endingsOf, eventsOf, HOUR, openBar, storedKeys } from './bar.ts'

const whereStored = it.runIf(areTokensStored())

const full = (operation: string) => {
  if (operation === 'write') throw new DOMException('full', 'QuotaExceededError')
}
const blocked = () => {
  throw new DOMException('blocked', 'SecurityError')
}

describe('storage that is blocked', () => {
  it('G01: signs in, refreshes and signs out in memory, and shows it', async () => {
    const { server, open, soon } = openBar()
    const { tab, session } = open()
    tab.breakStorage(blocked)

    await session.login(ADA)
    expect(session.getState()).toMatchObject({ status: 'authenticated', persistence: 'memory' })
    await soon(session.refresh())
    expect(server.accepts(await session.getAccessToken())).toBe(true)
    expect(await session.logout()).toEqual({ acknowledged: true })
    expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })
  })

  it('G06: for one read only costs nothing', async () => {
    const { open } = openBar()
    const before = open()
    await before.session.login(ADA)
    before.tab.close()
    const { tab, session } = open()
    const endings = endingsOf(session)
    for (const broken of [1, 2, 3, 4, 7]) {
      let access = 0
      tab.breakStorage(() => {
        if (++access === broken) blocked()
      })
      tab.comeBack()
      expect(session.getState()).toMatchObject({ status: 'authenticated', persistence: 'local' })
    }
    expect(endings).toEqual([])
  })

  it('G06: restores the session though the third access fails', async () => {
    const { open } = openBar()
    const before = open()
    await before.session.login(ADA)
    before.tab.close()
    const { tab, session } = open()
    let access = 0
    tab.breakStorage(() => {
      if (++access === 3) blocked()
    })

    expect(session.getState()).toMatchObject({ status: 'authenticated', user: { name: ADA.email } })
  })

  it('G06: for a while says nothing about the session', async () => {
    const { open } = openBar()
    const { tab, session } = open()
    await session.login(ADA)
    const state = session.getState()
    tab.breakStorage(blocked)
    tab.comeBack()
    await quiet()
    tab.breakStorage(null)
    tab.comeBack()

    expect(session.getState()).toBe(state)
  })
})

describe('storage that is full', () => {
  it('G02: signs in all the same, warns once, and leaves no older token readable', async () => {
    const { browser, server, open, soon } = openBar()
    const { tab, session } = open()
    await session.login(ADA)
    const events = eventsOf(session)
    tab.breakStorage(full)

    await session.login(BOB)

    expect(session.getState()).toMatchObject({ user: { name: BOB.email }, persistence: 'memory' })
    expect(browser.local.entries()).toEqual({})
    await soon(session.refresh())
    expect(events).toEqual(['replaced', 'warning', 'refreshed'])
    expect(server.accepts(await session.getAccessToken())).toBe(true)
  })

  whereStored.each([1, 2, 3, 4])(
    'G02: keeps nothing of a commit whose write %i fails',
    async broken => {
      const { browser, open, soon } = openBar()
      const { tab, session } = open()
      await session.login(ADA)
      let writes = 0
      tab.breakStorage(operation => {
        if (operation === 'write' && ++writes === broken) full(operation)
      })

      await soon(session.refresh())

      // The user did not change, so that its key is not written a second time in any browser either.
      expect(session.getState()).toMatchObject({ persistence: 'memory' })
      expect(browser.local.entries()).toEqual({})
    },
  )

  it('C02: goes on with the new token, and never sends the old one again', async () => {
    const { clock, server, open, soon } = openBar()
    const { tab, session } = open()
    await session.login(ADA)
    const events = eventsOf(session)
    tab.breakStorage(full)

    for (let round = 0; round < 3; round++) {
      clock.jump(HOUR)
      expect(server.accepts(await soon(session.getAccessToken()))).toBe(true)
      await clock.advance(100)
    }

    expect(server.counts).toMatchObject({ refreshes: 3, reused: 0 })
    // Nothing is wrong with a record that could not be brought up to date.
    const warnings = areTokensStored() ? ['warning'] : []
    expect(events.filter(name => name === 'warning')).toEqual(warnings)
  })

  it('signs nobody out where a pause cannot be noted', async () => {
    const { clock, server, open, soon } = openBar()
    const [one, two] = [open(), open()]
    await one.session.login(ADA)
    await quiet()
    two.session.getState()
    clock.jump(HOUR)
    one.tab.breakStorage(full)
    server.fail({ retryAfter: 1_000 })
    await expect(soon(one.session.getAccessToken())).rejects.toMatchObject({ code: 'unreachable' })

    expect(one.session.getState()).toMatchObject({ persistence: 'local', refresh: 'backing-off' })
    expect(two.session.getState()).toMatchObject({ status: 'authenticated' })
  })

  whereStored('a session that one tab has in memory ends with a sign-out in another', async () => {
    const { open, soon } = openBar()
    const [one, two] = [open(), open()]
    await one.session.login(ADA)
    await quiet()
    two.session.getState()
    two.tab.leave()
    one.tab.breakStorage(full)
    await soon(one.session.refresh())
    expect(one.session.getState()).toMatchObject({ persistence: 'memory' })
    one.tab.breakStorage(null)

    // The other tab was away and does not know that the session moved.
    await two.session.logout()
    await quiet()

    expect(one.session.getState()).toMatchObject({ reason: 'logout-elsewhere' })
  })

  it('goes back to storage once there is room', async () => {
    const { browser, open, soon } = openBar()
    const { tab, session } = open()
    tab.breakStorage(full)
    await session.login(ADA)
    tab.breakStorage(null)

    await soon(session.refresh())

    expect(session.getState()).toMatchObject({ persistence: 'local' })
    expect(Object.keys(browser.local.entries()).sort()).toEqual(storedKeys('admin'))
  })

  whereStored('leaves a session alone that was begun in another tab meanwhile', async () => {
    const { server, open, soon } = openBar()
    const [one, two] = [open(), open()]
    one.tab.breakStorage(full)
    await one.session.login(ADA)
    one.tab.breakStorage(null)
    await two.session.login(BOB)
    await quiet()
    const events = eventsOf(two.session)

    await soon(one.session.refresh())
    await quiet()

    expect(events).toEqual([])
    expect(one.session.getState()).toMatchObject({
      user: { name: ADA.email },
      persistence: 'memory',
    })
    expect(server.accepts(await two.session.getAccessToken())).toBe(true)
  })
})

describe('what others left in storage', () => {
  whereStored(
    'tokens of an app that ran without Tabkeeper are picked up, and described with the next refresh',
    async () => {
      const { browser, server, open, soon } = openBar()
      const tokens = await server.endpoint.login(ADA, { remember: true, accessToken: null })
      browser.local.write('admin_token', tokens.access_token)
      browser.local.write('admin_refresh_token', tokens.refresh_token ?? '')
      browser.local.write('admin_user', JSON.stringify(tokens.user))

      const [one, two] = [open(), open()]
      expect(one.session.getState()).toMatchObject({
        status: 'authenticated',
        user: { name: ADA.email },
        expiresAt: null,
      })
      two.session.getState()
      const events = eventsOf(two.session)
      expect(await one.session.getAccessToken()).toBe(tokens.access_token)
      await soon(one.session.refresh())
      await quiet()

      expect(browser.local.entries()).toHaveProperty('tabkeeper:admin')
      expect(server.accepts(await two.session.getAccessToken())).toBe(true)
      expect(events).toEqual(['refreshed'])
    },
  )

  whereStored('a refresh token alone is enough', async () => {
    const { browser, server, open, soon } = openBar()
    const tokens = await server.endpoint.login(ADA, { remember: true, accessToken: null })
    browser.local.write('admin_refresh_token', tokens.refresh_token ?? '')
    const { session } = open()

    expect(server.accepts(await soon(session.getAccessToken()))).toBe(true)
  })

  whereStored(
    'an older version of the app, side by side, that writes tokens of its own is followed',
    async () => {
      const { browser, clock, open } = openBar()
      const [one, two] = [open(), open()]
      await one.session.login(ADA)
      await quiet()
      const record = browser.local.read('tabkeeper:admin')
      two.tab.storage.write('admin_token', 'theirs')
      two.tab.storage.write('admin_refresh_token', 'theirs-too')
      await clock.advance(1_200)

      expect(await one.session.getAccessToken()).toBe('theirs')
      expect(browser.local.read('tabkeeper:admin')).toBe(record)
    },
  )

  whereStored(
    'is followed, too, where all alarms of a busy machine ring late: no token is spent twice',
    async () => {
      const { clock, server, open } = openBar()
      const [one, two] = [open(), open()]
      await one.session.login(ADA)
      await quiet()
      const answer = await server.endpoint.refresh(
        two.tab.storage.read('admin_refresh_token') ?? '',
        { signal: new AbortController().signal },
      )
      if (answer.is !== 'granted') throw new Error('the old code got no tokens')
      two.tab.storage.write('admin_token', answer.tokens.access_token)
      two.tab.storage.write('admin_refresh_token', answer.tokens.refresh_token ?? '')

      const asking = one.session.refresh().catch(error => error.code)
      await clock.advance(900)
      clock.jump(400)
      await clock.advance(2_000)

      // Tokens that nobody describes are a session of their own.
      expect(await asking).toBe('session-changed')
      expect(await one.session.getAccessToken()).toBe(answer.tokens.access_token)
      expect(server.counts).toMatchObject({ refreshes: 1, reused: 0 })
    },
  )

  const unsendable = ['', 'undefined', 'null', 'a\nb', '\u0000', 'é']
  const odd = ['[]', '{}', '{"v":1', '5', '"', '{"v":2,"is":"live"}']
  const junk = [...unsendable, ...odd]
  const keys = ['admin_token', 'admin_refresh_token', 'admin_user', 'tabkeeper:admin']

  it.each(keys)('G03: under %s alone, what is no token is nobody signed in', async key => {
    for (const text of unsendable) {
      const { browser, open } = openBar()
      browser.local.write(key, text)
      browser.local.write('other', text)
      const { session } = open()
      expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'none' })
      expect(session.lease()).toBeNull()
      expect(browser.local.read('other')).toBe(text)
    }
  })

  it.each(keys)('G03: under %s alone, what might be a token can at least be sent', async key => {
    for (const text of odd) {
      const { browser, open, soon } = openBar()
      browser.local.write(key, text)
      const { session } = open()
      const lease = await soon(Promise.resolve(session.lease())).catch(() => null)
      if (lease !== null) new Headers({ authorization: `Bearer ${lease.accessToken}` })
    }
  })

  it.each(keys)(
    'G03: junk over %s of a session that goes on disturbs nothing but that',
    async key => {
      for (const text of junk) {
        const { browser, clock, open } = openBar()
        const before = open()
        await before.session.login(ADA)
        before.tab.close()
        browser.local.write(key, text)
        const { session } = open()
        expect(['authenticated', 'unauthenticated']).toContain(session.getState().status)
        const lease = await Promise.race([
          Promise.resolve(session.lease()).catch(() => null),
          clock.advance(1000).then(() => null),
        ])
        if (lease !== null) new Headers({ authorization: `Bearer ${lease.accessToken}` })
        await session.login(BOB)
        expect(session.getState()).toMatchObject({ user: { name: BOB.email } })
      }
    },
  )

  it('G03: a user that is no JSON is no user', async () => {
    const { browser, open } = openBar()
    const before = open()
    await before.session.login(ADA)
    before.tab.close()
    browser.local.write('admin_user', '{"name":')

    expect(open().session.getState()).toMatchObject({ status: 'authenticated', user: null })
  })
})

describe('the keys', () => {
  it('G04: of apps with similar names differ, and clearing one leaves the others', async () => {
    const { browser, open } = openBar()
    const apps = ['app', 'app2', 'app:x', 'App']
    const { again } = open()
    const sessions = apps.map(app => again({ app }))
    for (const session of sessions) await session.login(ADA)
    expect(Object.keys(browser.local.entries())).toHaveLength(
      apps.length * storedKeys('app').length,
    )

    await sessions[0]?.logout()

    for (const session of sessions.slice(1))
      expect(session.getState()).toMatchObject({ status: 'authenticated' })
    expect(Object.keys(browser.local.entries())).toHaveLength(3 * storedKeys('app').length + 1)
  })

  it("may be one's own, and the user's none at all: then memory alone has it", async () => {
    const { browser, open, soon } = openBar()
    const keys = { accessToken: 'at', refreshToken: 'rt', user: null }
    const { session, again } = open({ keys })
    await session.login(ADA)
    await soon(session.refresh())

    expect(Object.keys(browser.local.entries()).sort()).toEqual(storedKeys('admin', keys))
    expect(JSON.stringify(browser.local.entries())).not.toContain(ADA.email)
    expect(session.getState()).toMatchObject({ user: { name: ADA.email } })
    // After a reload it is not known until the server says it again.
    expect(again({ keys }).getState()).toMatchObject({ status: 'authenticated', user: null })
  })
})

describe('remember', () => {
  it('G11: one store holds the session, and a sign-out clears both', async () => {
    const bar = openBar()
    const { tab, session } = bar.open()
    const tabArea = tab.world.tabStorage

    await session.login(ADA, { remember: true })
    expect(bar.browser.local.read('admin_user')).not.toBeNull()
    await session.login(ADA, { remember: false })
    expect(bar.browser.local.read('admin_user')).toBeNull()
    expect(tabArea.read('admin_user')).not.toBeNull()
    expect(session.getState()).toMatchObject({ persistence: 'tab' })
    await session.login(ADA, { remember: true })
    expect(bar.browser.local.read('admin_user')).not.toBeNull()
    expect(tabArea.read('admin_user')).toBeNull()

    await session.logout()
    for (const area of [bar.browser.local, tabArea]) expect(area.read('admin_user')).toBeNull()
  })

  it('a session for this tab survives its reload, and no other tab sees it', async () => {
    const { open, soon } = openBar()
    const { session, again } = open()
    const other = open()
    await session.login(ADA, { remember: false })
    await soon(session.refresh())
    session.dispose()

    expect(again().getState()).toMatchObject({ status: 'authenticated', persistence: 'tab' })
    expect(other.session.getState()).toMatchObject({ status: 'unauthenticated' })
  })
})

it('a session may live in memory only, and two that share the area share it', async () => {
  const storage: TokenArea = memoryArea()
  const { browser, open } = openBar()
  const { session, again } = open({ storage })
  await session.login(ADA)

  expect(browser.local.entries()).toEqual({})
  expect(again({ storage }).getState()).toMatchObject({ user: { name: ADA.email } })
})

it('G10: no error, event or state contains a token', async () => {
  const { clock, server, open, soon } = openBar()
  const { tab, session } = open()
  const told: unknown[] = []
  for (const name of [
    'refresh-unreachable',
    'signed-out',
    'signed-in',
    'warning',
    'replaced',
  ] as const)
    session.on(name, detail => told.push(detail))
  session.subscribe(state => told.push(state))
  await session.login(ADA)
  clock.jump(HOUR)
  server.fail({ retryAfter: 1 })
  told.push(await soon(session.getAccessToken()).catch((error: unknown) => error))
  tab.breakStorage(full)
  await session.login(BOB)
  server.end('session-2')
  told.push(await soon(session.refresh()).catch((error: unknown) => error))
  await quiet()

  const text = told
    .map(each => JSON.stringify(each) + (each instanceof Error ? `${each.stack}${each.cause}` : ''))
    .join()
  expect(told.length).toBeGreaterThan(6)
  expect(text).not.toMatch(/[ar]t\.session/)
})
