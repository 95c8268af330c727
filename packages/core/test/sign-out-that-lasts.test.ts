import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, areTokensStored, BOB, type OpenTab, openBar } from './bar.ts'

const KEY = 'tabkeeper-unfinished:admin'
const DAY = 86_400_000

/** A browser in which Ada signed out while the server was out of reach, and a switch for the network. */
async function signedOutOffline({ remember = true } = {}) {
  const bar = openBar()
  let isOffline = true
  const changed = {
    revoke: (...call: Parameters<typeof bar.server.endpoint.revoke>) =>
      isOffline ? Promise.resolve(false) : bar.server.endpoint.revoke(...call),
  }
  const open = (): OpenTab => bar.open({ endpoint: bar.endpoint(changed) })
  const one = open()
  await one.session.login(ADA, { remember })
  const left = await one.session.logout()
  return {
    ...bar,
    open,
    one,
    left,
    stored: () => bar.browser.local.read(KEY),
    comeOnline() {
      isOffline = false
    },
  }
}

describe('E04: a sign-out that the server could not be told of', () => {
  it('is kept with the one token that the server needs, and nothing else', async () => {
    const { clock, left, one, stored, browser } = await signedOutOffline()

    expect(left).toEqual({ acknowledged: false })
    expect(one.session.getState()).toMatchObject({ reason: 'logout' })
    // Where the token is a cookie, what is kept says which session it has to be of.
    const kept = areTokensStored() ? 'rt.session-1.0' : 'session-1'
    expect(JSON.parse(stored() ?? '')).toEqual([
      { accessToken: null, refreshToken: kept, at: clock.now() },
    ])
    expect(Object.keys(browser.local.entries()).sort()).toEqual(['tabkeeper-ending:admin', KEY])
  })

  // The sign-in brings the cookie of the session before along, and the server ends what it finds in it.
  const bySignIn = areTokensStored() ? 1 : 0

  it.each<[string, (bar: Awaited<ReturnType<typeof signedOutOffline>>) => unknown, number]>([
    ['the network is back', ({ one }) => one.tab.online(), 1],
    ['the page is opened again', ({ open }) => open().session.getState(), 1],
    ['somebody signs in', ({ one }) => one.session.login(BOB), bySignIn],
  ])('is repeated when %s, until it is acknowledged', async (_, happen, revocations) => {
    const bar = await signedOutOffline()
    bar.one.tab.online()
    await bar.clock.advance(1000)
    expect(bar.server.live()).toContain('session-1')
    expect(bar.stored()).not.toBeNull()

    bar.comeOnline()
    await happen(bar)
    await bar.clock.advance(1000)

    expect(bar.server.live()).not.toContain('session-1')
    expect(bar.stored()).toBeNull()
    expect(bar.server.counts.revocations).toBe(revocations)
  })

  it('is repeated by one tab of many', async () => {
    const { clock, open, comeOnline, server, stored } = await signedOutOffline()
    const tabs = [open(), open(), open()]
    for (const { session } of tabs) session.getState()
    await clock.advance(1000)

    comeOnline()
    for (const { tab } of tabs) tab.online()
    await clock.advance(1000)

    expect(server.counts.revocations).toBe(1)
    expect(stored()).toBeNull()
  })

  it('holds nothing up when the server never answers', async () => {
    const { browser, open, soon, endpoint } = await signedOutOffline()
    const { session } = open()
    const stuck = endpoint({ revoke: () => new Promise<boolean>(() => {}) })
    const again = open().again({ endpoint: stuck })
    again.getState()
    expect(await soon(session.login(BOB))).toEqual({ name: BOB.email })
    expect(browser.local.read(KEY)).not.toBeNull()
  })

  it('is forgotten after 30 days, and no more than 10 are kept', async () => {
    const { clock, one, open, comeOnline, server, stored } = await signedOutOffline()
    for (let i = 0; i < 11; i++) {
      await one.session.login(ADA)
      await one.session.logout()
    }
    // A cookie is of one session only: the others are over.
    expect(JSON.parse(stored() ?? '')).toHaveLength(areTokensStored() ? 10 : 1)

    clock.jump(30 * DAY)
    comeOnline()
    open().session.getState()
    await clock.advance(1000)
    expect(server.counts.revocations).toBe(0)
  })

  it('is not kept where the session was not, unless a cookie stays behind', async () => {
    const { stored } = await signedOutOffline({ remember: false })
    expect(stored() === null).toBe(areTokensStored())
  })

  it.each(['', '{', '{}', '[1]', '[{"accessToken":null,"refreshToken":"a\\nb","at":1}]'])(
    'counts as nothing when strangers wrote it: %s',
    async text => {
      const { browser, clock, server, open } = openBar()
      browser.local.write(KEY, text.replace('"at":1', `"at":${clock.now()}`))
      open().session.getState()
      await quiet()
      expect(server.counts.revocations).toBe(0)
    },
  )

  // Where the refresh token is a cookie, the sign-in waits until the server was told.
  it.runIf(areTokensStored()).each([
    ['everywhere', 'in one tab only', true],
    ['in one tab only', 'everywhere', false],
  ])('is kept if the session was %s, though the next one is %s', async (_, __, isKept) => {
    const { open, endpoint, browser } = openBar()
    let fail = () => {}
    const revoke = () =>
      new Promise<boolean>(done => {
        fail = () => done(false)
      })
    const { session } = open({ endpoint: endpoint({ revoke }) })
    await session.login(ADA, { remember: isKept })
    const left = session.logout()
    await session.login(BOB, { remember: !isKept })
    fail()

    expect(await left).toEqual({ acknowledged: false })
    expect(browser.local.read(KEY)?.includes('rt.session-1.0') ?? false).toBe(isKept)
  })
})
