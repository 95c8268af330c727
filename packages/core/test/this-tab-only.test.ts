import { quiet } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, endingsOf, eventsOf, HOUR, openBar, warningsOf } from './bar.ts'

const REFRESH = 'admin_refresh_token'

describe('B11: a tab that is duplicated, with a session for this tab only', () => {
  async function openTwo(options: Parameters<typeof openBar>[0] = {}) {
    const bar = openBar(options)
    const original = bar.open()
    await original.session.login(ADA, { remember: false })
    await quiet()
    const copy = original.duplicate()
    return { ...bar, original, copy }
  }

  it('presents no refresh token twice, whichever of the two asks first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { clock, server, original, copy } = await openTwo()
      const both = [original.session, copy.session] as const
      for (const { getState } of both) expect(getState()).toMatchObject({ status: 'authenticated' })
      clock.jump(HOUR)

      const asked = order.map(i => both[i].getAccessToken().catch((error: unknown) => error))
      await clock.advance(3_000)
      await Promise.all(asked)

      expect(server.counts).toMatchObject({ refreshes: 1, reused: 0 })
      expect(server.accepts(await original.session.getAccessToken())).toBe(true)
      expect(copy.session.getState()).toEqual({ status: 'unauthenticated', reason: 'expired' })
      expect(original.session.getState()).toMatchObject({ persistence: 'tab' })
    }
  })

  it('serves the copy for as long as the access token lives, and warns', async () => {
    const { clock, server, original, copy } = await openTwo()
    const events = eventsOf(copy.session)
    const warnings = warningsOf(copy.session)
    const endings = endingsOf(original.session)

    expect(server.accepts(await copy.session.getAccessToken())).toBe(true)
    await clock.advance(3_000)
    expect(copy.tab.world.tabStorage.read(REFRESH)).toBeNull()
    expect(server.accepts(await copy.session.getAccessToken())).toBe(true)
    expect(events).toEqual(['warning'])
    expect(warnings).toEqual(['copied-tab'])

    await clock.advance(HOUR)
    expect(events).toEqual(['warning', 'signed-out'])
    expect(endings).toEqual([])
    expect(server.live()).toEqual(['session-1'])
  })

  it('a sign-out in either of them ends both', async () => {
    for (const signer of ['original', 'copy'] as const) {
      const both = await openTwo()
      for (const { session } of [both.original, both.copy]) session.getState()
      await both.clock.advance(3_000)
      await both[signer].session.logout()
      await quiet()
      for (const { session, tab } of [both.original, both.copy]) {
        expect(session.getState()).toMatchObject({ status: 'unauthenticated' })
        expect(tab.world.tabStorage.read('admin_token')).toBeNull()
      }
      expect(both.server.live()).toEqual([])
    }
  })

  it('a reload of either keeps what each has', async () => {
    const { clock, server, original, copy } = await openTwo()
    copy.session.getState()
    await clock.advance(3_000)
    const [one, two] = [original, copy].map(({ session, again }) => {
      session.dispose()
      return again()
    })
    two?.getState()
    one?.getState()
    await clock.advance(3_000)
    clock.jump(HOUR)
    const asked = [two, one].map(session => session?.getAccessToken().catch(() => null))
    await clock.advance(3_000)

    expect(await asked[0]).toBeNull()
    expect(server.accepts((await asked[1]) ?? '')).toBe(true)
    expect(server.counts).toMatchObject({ refreshes: 1, reused: 0 })
  })

  it('goes on in the copy where the original is gone before', async () => {
    const { clock, server, soon, original, copy } = await openTwo()
    original.tab.close()
    copy.session.getState()
    clock.jump(HOUR)
    expect(server.accepts(await soon(copy.session.getAccessToken()))).toBe(true)
  })

  it('a frozen original is still the original', async () => {
    const { clock, server, soon, original, copy } = await openTwo()
    original.tab.freeze()
    copy.session.getState()
    await clock.advance(3_000)
    clock.jump(HOUR)
    await expect(soon(copy.session.getAccessToken(), 3_000)).rejects.toMatchObject({
      code: 'signed-out',
    })
    original.tab.thaw()
    expect(server.accepts(await soon(original.session.getAccessToken()))).toBe(true)
    expect(server.counts.reused).toBe(0)
  })

  it('a second copy of the app in the same page is no copy of the tab', async () => {
    const { clock, server, open, soon } = openBar()
    const { session, again } = open()
    await session.login(ADA, { remember: false })
    const second = again()
    second.getState()
    await clock.advance(3_000)
    clock.jump(HOUR)
    const tokens = await soon(Promise.all([session.getAccessToken(), second.getAccessToken()]))
    expect(new Set(tokens).size).toBe(1)
    expect(server.counts).toMatchObject({ refreshes: 1, reused: 0 })
  })

  it('leaves nothing held after a sign-out, or when the session object is disposed of', async () => {
    const { clock, open } = openBar()
    const { session, tab, again } = open()
    const held = async () => {
      await quiet()
      const names: (string | undefined)[] = []
      for (const { name } of (await tab.locks.query()).held ?? []) names.push(name)
      return names
    }
    await session.login(ADA, { remember: false })
    expect(await held()).toEqual(['tabkeeper-tab:admin:session-1'])
    await session.logout()
    expect(await held()).toEqual([])
    await session.login(ADA, { remember: false })
    expect(await held()).toEqual(['tabkeeper-tab:admin:session-2'])
    session.dispose()
    expect(await held()).toEqual([])
    again().getState()
    expect(await held()).toEqual(['tabkeeper-tab:admin:session-2'])
    expect(clock.pending()).toBe(0)
  })
})
