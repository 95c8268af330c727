import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, BOB, type OpenTab, openBar } from './bar.ts'

const KEY = 'tabkeeper:admin:sign-outs'
const DAY = 86_400_000

/** A browser in which Ada signed out while the server was out of reach, and a switch for the network. */
async function signedOutOffline({ remember = true } = {}) {
  const bar = openBar()
  let isOffline = true
  const endpoint = {
    ...bar.server.endpoint,
    revoke: (...call: Parameters<typeof bar.server.endpoint.revoke>) =>
      isOffline ? Promise.resolve(false) : bar.server.endpoint.revoke(...call),
  }
  const open = (): OpenTab => bar.open({ endpoint })
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
    expect(JSON.parse(stored() ?? '')).toEqual([
      { accessToken: null, refreshToken: 'rt.session-1.0', at: clock.now() },
    ])
    expect(Object.keys(browser.local.entries()).sort()).toEqual(['tabkeeper:admin', KEY])
  })

  it.each<[string, (bar: Awaited<ReturnType<typeof signedOutOffline>>) => unknown]>([
    ['the network is back', ({ one }) => one.tab.online()],
    ['the page is opened again', ({ open }) => open().session.getState()],
    ['somebody signs in', ({ one }) => one.session.login(BOB)],
  ])('is repeated when %s, until it is acknowledged', async (_, happen) => {
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
    expect(bar.server.counts.revocations).toBe(1)
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
    const { browser, open, soon, server } = await signedOutOffline()
    const { session } = open()
    const stuck = { ...server.endpoint, revoke: () => new Promise<boolean>(() => {}) }
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
    expect(JSON.parse(stored() ?? '')).toHaveLength(10)

    clock.jump(30 * DAY)
    comeOnline()
    open().session.getState()
    await clock.advance(1000)
    expect(server.counts.revocations).toBe(0)
  })

  it('is not kept where the session was not', async () => {
    const { stored } = await signedOutOffline({ remember: false })
    expect(stored()).toBeNull()
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
})
