import type { TokenArea } from '@tabkeeper/core'
import { quiet, type RotatingServer, type VirtualTab } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import { ADA, BOB, HOUR, isServed, openBar, warningsOf } from './bar.ts'

const STEPS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const GRACE = { grace: 30_000 }

/** The page is gone in the middle of a commit: after so many changes of storage nothing more happens. */
function dieAfter(tab: VirtualTab, changes: number): void {
  let done = 0
  tab.breakStorage(operation => {
    if (operation === 'read' || ++done <= changes) return
    tab.close()
    throw new DOMException('gone', 'InvalidStateError')
  })
}

/** Who a token of the server in these stories belongs to: session 1 is Ada's, session 2 is Bob's. */
function ownerOf(accessToken: string): string | undefined {
  return [ADA, BOB][Number(accessToken.split('-')[1]?.[0]) - 1]?.email
}

it('takes storage that has `undefined` for what is not there as it is meant', async () => {
  const strings = new Map<string, string>()
  // What the compiler forbids, a plain script may do.
  const read = (key: string) => strings.get(key) as string | null
  const { session } = openBar().open({
    storage: {
      read,
      write: (key, value) => void strings.set(key, value),
      erase: key => void strings.delete(key),
    },
  })
  const warnings = warningsOf(session)
  session.adopt({ access_token: 'a', refresh_token: 'r' })
  await quiet()

  expect(session.getState()).toMatchObject({ status: 'authenticated', persistence: 'local' })
  expect(warnings).toEqual([])
})

describe('a page that is gone in the middle of a commit', () => {
  it.each(STEPS)('C02: of a refresh, after %i changes, costs nobody the session', async step => {
    const { clock, server, open, soon } = openBar(GRACE)
    const { tab, session } = open()
    await session.login(ADA)
    dieAfter(tab, step)
    void session.refresh().catch(() => {})
    await quiet()

    const next = open().session
    expect(next.getState()).toMatchObject({ status: 'authenticated' })
    // With its first request the server sees which generation was received.
    for (let round = 0; round < 3; round++) {
      expect(await soon(isServed(next, server))).toBe(true)
      expect(next.getState()).toMatchObject({ user: { name: ADA.email } })
      await clock.advance(HOUR)
    }
    expect(server.counts.reused).toBe(0)
  })

  it.each(STEPS)(
    'E03: of a sign-in over another, after %i changes, mixes nobody up',
    async step => {
      const { server, open, soon } = openBar(GRACE)
      const { tab, session } = open()
      await session.login(ADA)
      dieAfter(tab, step)
      await session.login(BOB)
      await quiet()

      const next = open().session
      const state = next.getState()
      if (state.status !== 'authenticated') return
      const asks: (() => Promise<unknown>)[] = [() => next.getAccessToken(), () => next.refresh()]
      for (const ask of asks) {
        await soon(ask()).catch(() => {})
        const shown = next.getState()
        const lease = await soon(Promise.resolve(next.lease())).catch(() => null)
        if (shown.status !== 'authenticated' || lease === null) continue
        expect([null, { name: ownerOf(lease.accessToken) }]).toContainEqual(shown.user)
      }
      expect(server.counts.reused).toBe(0)
    },
  )

  it.each(STEPS)('E01: of a sign-out, after %i changes, brings nobody back', async step => {
    const { server, open } = openBar(GRACE)
    const { tab, session } = open()
    await session.login(ADA)
    dieAfter(tab, step)
    void session.logout()
    await quiet()

    const next = open().session
    const { status } = next.getState()
    if (status === 'authenticated') expect(step).toBe(0)
    expect(server.live()).toEqual([])
  })
})

describe('one access to storage that fails', () => {
  const ACCESSES = Array.from({ length: 40 }, (_, i) => i + 1)

  it.each(ACCESSES)(
    'G06: number %i, at a refresh or a sign-out, leaves no used token behind',
    async broken => {
      const { browser, clock, server, open, soon } = openBar()
      const { tab, session } = open()
      await session.login(ADA)
      const fail = () => {
        let access = 0
        tab.breakStorage(() => {
          if (++access === broken) throw new DOMException('busy', 'InvalidStateError')
        })
      }
      fail()
      await soon(session.refresh())
      expect(Object.values(browser.local.entries())).not.toContain('rt.session-1.0')
      clock.jump(HOUR)
      expect(server.accepts(await soon(session.getAccessToken()))).toBe(true)
      await clock.advance(200)

      fail()
      await session.logout()
      await quiet()
      expect(JSON.stringify(browser.local.entries())).not.toMatch(/[ar]t\.session/)
      expect(open().session.getState()).toMatchObject({ status: 'unauthenticated' })
      expect(server.counts.reused).toBe(0)
    },
  )
})

describe('G09: storage that takes less than it is given', () => {
  const cut: [string, (key: string, value: string, area: TokenArea) => void][] = [
    ['drops what is long, as cookies do', (k, v, area) => v.length < 4_096 && area.write(k, v)],
    ['cuts what is long', (k, v, area) => area.write(k, v.slice(0, 4_096))],
    ['takes nothing, and says nothing', () => {}],
  ]

  it.each(cut)(
    '%s: the session is in memory, visibly, and nothing cut is kept',
    async (_, write) => {
      const { browser, clock, open, soon, server } = openBar()
      const long = 'x'.repeat(6_000)
      const { tab, session, again } = open()
      const storage = { ...tab.storage, write: (k: string, v: string) => write(k, v, tab.storage) }
      const cutting = again({ storage })
      const warnings = warningsOf(cutting)
      session.dispose()
      cutting.adopt({ ...(await soon(loginOf(server))), user: { long } })
      await clock.advance(100)

      expect(cutting.getState()).toMatchObject({ persistence: 'memory', user: { long } })
      expect(warnings).toEqual(['storage-refused'])
      expect(browser.local.entries()).toEqual({})
    },
  )

  it('comes back whole where there is room for it', async () => {
    const { open, soon, server } = openBar()
    const long = 'x'.repeat(6_000)
    const { session, again } = open()
    session.adopt({ ...(await soon(loginOf(server))), user: { long } })
    session.dispose()

    expect(again().getState()).toMatchObject({ persistence: 'local', user: { long } })
  })
})

function loginOf(server: RotatingServer) {
  return server.endpoint.login(ADA, { remember: true, accessToken: null })
}
