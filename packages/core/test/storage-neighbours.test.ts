import type { SessionOptions, TokenArea } from '@tabkeeper/core'
import { quiet } from '@tabkeeper/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSession } from '../src/index.ts'
import { ADA, BOB, endingsOf, eventsOf, HOUR, isServed, openBar } from './bar.ts'

const RECORD = 'tabkeeper:admin'

/** Storage as a version of Tabkeeper sees it that calls its records by another number and puts more into them. */
function asVersion(version: number, area: TokenArea): TokenArea {
  const rewrite = (text: string, change: object) =>
    JSON.stringify({ ...JSON.parse(text), ...change })
  return {
    ...area,
    read(key) {
      const text = area.read(key)
      return key === RECORD && text !== null ? rewrite(text, { v: 1, more: undefined }) : text
    },
    write(key, value) {
      const isRecord = key === RECORD
      area.write(key, isRecord ? rewrite(value, { v: version, more: { of: 'it' } }) : value)
    },
  }
}

describe('G03: two versions of Tabkeeper in two tabs', () => {
  it.each([0, 2])(
    'where the other writes version %i: neither costs the other anything',
    async version => {
      const { clock, server, open, soon } = openBar()
      const one = open().session
      const { tab, again } = open()
      const other = again({ storage: asVersion(version, tab.storage) })
      for (const [a, b] of [
        [one, other],
        [other, one],
      ] as const) {
        await a.login(ADA)
        await quiet()
        expect(b.getState()).toEqual(a.getState())
        const events = eventsOf(b)
        await soon(a.refresh())
        await clock.advance(100)
        await soon(b.refresh())
        await clock.advance(100)
        clock.jump(HOUR)
        const tokens = await soon(Promise.all([a.getAccessToken(), b.getAccessToken()]))
        expect(new Set(tokens).size).toBe(1)
        await clock.advance(100)

        const endings = endingsOf(b)
        await a.logout()
        await clock.advance(100)
        expect(endings).toEqual(['logout-elsewhere'])
        expect(new Set(events)).toEqual(new Set(['refreshed', 'signed-out']))
      }
      expect(server.counts.reused).toBe(0)
    },
  )
})

describe('G04: apps whose keys would meet', () => {
  const make = (app: string, keys?: SessionOptions['keys']) => () =>
    createSession({ app, authUrl: '/api/auth', ...(keys && { keys }) })

  it.each([
    ['access', "'access_token' is a key of the app 'customer'"],
    ['refresh', "'refresh_token' is a key of the app 'customer'"],
    ['x_refresh', "'x_refresh_token' is a key of the app 'x'"],
    ['admin_refresh', "'admin_refresh_token' is a key of the app 'admin'"],
  ])('are refused with a word on what to do: %s', (app, message) => {
    expect(make(app)).toThrow(TypeError)
    expect(make(app)).toThrow(message)
    expect(make(app)).toThrow('give "keys"')
  })

  it.each(['customer', 'admin', 'x', 'app:x', 'app2', 'refreshed', '_', 'constructor'])(
    'are not to be had for %s',
    app => {
      expect(make(app)).not.toThrow()
    },
  )

  it('may be had with keys of their own', () => {
    expect(make('access', { accessToken: 'a', refreshToken: 'r', user: null })).not.toThrow()
  })

  it('differ in every key, lock and channel, whatever the apps are called', async () => {
    const apps = [
      'x',
      'x_token',
      'x_user',
      'x:sign-outs',
      'tabkeeper:x',
      'access',
      'x_refresh',
      'X',
    ]
    const { browser, server, open, soon } = openBar()
    const used = new Map<string, string>()
    for (const app of apps) {
      let session: ReturnType<typeof open>
      try {
        session = open({ app, endpoint: { ...server.endpoint, revoke: async () => false } })
        session.session.getState()
      } catch {
        continue
      }
      await session.session.login(ADA)
      await soon(session.session.refresh())
      await session.session.logout()
      await session.session.login(ADA)
      for (const key of Object.keys(browser.local.entries())) {
        expect([app, undefined]).toContain(used.get(key))
        used.set(key, app)
      }
      browser.local.clear()
    }
    expect(used.size).toBeGreaterThan(apps.length)
  })
})

describe('a session for this tab only, beside one for all', () => {
  it('gives way to nothing that was there when it ended: the page stays signed out', async () => {
    const { clock, open, soon } = openBar()
    const shared = open()
    const mine = open()
    mine.tab.leave()
    await mine.session.login(BOB, { remember: false })
    await shared.session.login(ADA)
    mine.tab.comeBack()
    await quiet()
    expect(mine.session.getState()).toMatchObject({ user: { name: BOB.email }, persistence: 'tab' })
    const events = eventsOf(mine.session)

    await mine.session.logout()
    mine.tab.comeBack()
    await soon(shared.session.refresh())
    await clock.advance(100)

    expect(mine.session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })
    expect(mine.session.lease()).toBeNull()
    expect(events).toEqual(['signed-out'])
    expect(shared.session.getState()).toMatchObject({ status: 'authenticated' })
  })

  it('makes room for what begins after it, and for all that is there when the page opens anew', async () => {
    const { open } = openBar()
    const shared = open()
    const mine = open()
    await mine.session.login(BOB, { remember: false })
    await shared.session.login(ADA)
    await mine.session.logout()
    mine.session.dispose()
    expect(mine.again().getState()).toMatchObject({ user: { name: ADA.email } })

    await shared.session.login(BOB)
    await quiet()
    expect(mine.again().getState()).toMatchObject({ user: { name: BOB.email } })
  })

  it('is followed in the same page by one that somebody signs in to elsewhere', async () => {
    const { open } = openBar()
    const shared = open()
    const mine = open()
    await mine.session.login(BOB, { remember: false })
    await shared.session.login(ADA)
    await mine.session.logout()
    await quiet()
    expect(mine.session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })

    await shared.session.login(ADA)
    await quiet()

    expect(mine.session.getState()).toMatchObject({ user: { name: ADA.email } })
  })

  it('is in memory where the storage of the tab refuses, and shows it', async () => {
    const { browser, open, soon, server } = openBar()
    const { tab, session } = open()
    const refuse = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    tab.world.tabStorage.write = refuse
    const events = eventsOf(session)
    await session.login(ADA, { remember: false })
    await soon(session.refresh())

    expect(session.getState()).toMatchObject({ status: 'authenticated', persistence: 'memory' })
    expect(events).toEqual(['signed-in', 'warning', 'refreshed'])
    expect(browser.local.entries()).toEqual({})
    expect(server.accepts(await session.getAccessToken())).toBe(true)
  })
})

/** As long as it takes: a machine may be busy with something else. */
const SEARCH = { timeout: 0 }

describe('G03: whatever another script puts under the keys', () => {
  const PAUSE = 'tabkeeper-pause:admin'
  const ENDING = 'tabkeeper-ending:admin'
  const keys = ['admin_token', 'admin_refresh_token', 'admin_user', RECORD, PAUSE, ENDING]
  const deep = '['.repeat(20_000) + ']'.repeat(20_000)
  const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e308, -1, 0, 2 ** 53))
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.constantFrom('', 'undefined', '[object Object]', '\u2028', 'a\r\nX-Evil: 1', deep),
  )

  it(
    'before a page opens, no header is malformed, nothing is thrown, and a sign-in works',
    SEARCH,
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.tuple(...keys.map(() => anything)), async texts => {
          const { browser, server, open, soon } = openBar()
          keys.forEach((key, i) => {
            browser.local.write(key, texts[i] ?? '')
          })
          const { session } = open()
          expect(session.getState().status).not.toBe('loading')
          const lease = await soon(Promise.resolve(session.lease())).catch(() => null)
          if (lease !== null) new Headers({ authorization: `Bearer ${lease.accessToken}` })
          await session.login(ADA)
          expect(server.accepts(await session.getAccessToken())).toBe(true)
          session.dispose()
        }),
        { numRuns: 60 },
      )
    },
  )

  it('into the record of a session that goes on, the session goes on', SEARCH, async () => {
    const field = fc.constantFrom(
      'v',
      'revision',
      'receivedAt',
      'lifetime',
      'backOff',
      'afterRefusal',
    )
    const value = fc.oneof(
      number,
      fc.constantFrom(
        null,
        true,
        'x',
        [],
        {},
        { failures: 1, since: 0, until: 1e308, isAsked: true },
      ),
      fc.record({ failures: number, since: number, until: number, isAsked: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, value), { maxLength: 4 }), async changes => {
        const { browser, clock, server, open, soon } = openBar()
        const before = open()
        await before.session.login(ADA)
        before.tab.close()
        const record = JSON.parse(browser.local.read(RECORD) ?? '')
        browser.local.write(RECORD, JSON.stringify({ ...record, ...Object.fromEntries(changes) }))
        const { session } = open()
        session.getState()
        await clock.advance(2 * HOUR)
        expect(await soon(isServed(session, server))).toBe(true)
        session.dispose()
      }),
      { numRuns: 60 },
    )
  })

  it('between two accesses of a page that runs, nothing is thrown', SEARCH, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...keys), anything), { minLength: 1, maxLength: 6 }),
        async writes => {
          const { browser, clock, open } = openBar()
          const { tab, session } = open()
          const other = open()
          await session.login(ADA)
          for (const [key, text] of writes) {
            other.tab.storage.write(key, text)
            tab.comeBack()
            const lease = await Promise.race([
              Promise.resolve(session.lease()).catch(() => null),
              clock.advance(100).then(() => null),
            ])
            if (lease !== null) new Headers({ authorization: `Bearer ${lease.accessToken}` })
          }
          await session.login(BOB)
          expect(session.getState()).toMatchObject({ user: { name: BOB.email } })
          expect(browser.local.read('admin_token')).toBe(await session.getAccessToken())
          session.dispose()
          other.session.dispose()
        },
      ),
      { numRuns: 60 },
    )
  })
})
