import type { SessionState } from '@tabkeeper/core'
import { quiet } from '@tabkeeper/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ADA, BOB, eventsOf, HOUR, openBar } from './bar.ts'

const reported: unknown[] = []
beforeEach(() => {
  reported.length = 0
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
  return () => vi.unstubAllGlobals()
})

describe('D04: a listener that calls back in', () => {
  it('settles everything, also while a nearly over session is restored', async () => {
    const { clock, server, open, soon } = openBar()
    const before = open()
    await before.session.login(ADA)
    before.tab.close()
    clock.jump(HOUR)
    const { session } = open()
    const done: string[] = []
    let isBusy = false
    session.subscribe(() => {
      if (isBusy) return
      isBusy = true
      void (async () => {
        done.push(server.accepts(await session.getAccessToken()) ? 'token' : 'stale')
        done.push((await session.lease()) === null ? 'none' : 'lease')
        done.push((await session.logout()).acknowledged ? 'out' : 'not told')
      })()
    })

    session.getState()
    await soon(session.getAccessToken())
    await clock.advance(2_000)

    expect(done).toEqual(['token', 'lease', 'out'])
    expect(session.getState()).toMatchObject({ reason: 'logout' })
  })

  it('tells what it causes after what caused it, to everybody', async () => {
    const { open } = openBar()
    const { session } = open()
    const told: string[] = []
    session.on('signed-in', () => void session.logout())
    session.subscribe(({ status }) => told.push(`first ${status}`))
    session.subscribe(({ status }) => told.push(`second ${status}`))
    session.on('signed-in', () => told.push('signed-in'))
    session.on('signed-out', () => told.push('signed-out'))

    await session.login(ADA)

    expect(told).toEqual([
      'first authenticated',
      'second authenticated',
      'signed-in',
      'first unauthenticated',
      'second unauthenticated',
      'signed-out',
    ])
  })

  it('sees what has just happened, not what is being told', async () => {
    const { open } = openBar()
    const { session } = open()
    const users: unknown[] = []
    session.on('signed-in', () => {
      users.push(session.adopt({ access_token: 'x', user: { name: 'X' } }))
      users.push((session.getState() as Extract<SessionState, { status: 'authenticated' }>).user)
    })

    await session.login(ADA)

    expect(users).toEqual([{ name: 'X' }, { name: 'X' }])
  })

  it('may sign out in the middle of a commit that storage refused', async () => {
    const { browser, open } = openBar()
    const { tab, session } = open()
    session.on('warning', () => void session.logout())
    tab.breakStorage(operation => {
      if (operation === 'write') throw new DOMException('full', 'QuotaExceededError')
    })

    await session.login(ADA)
    await quiet()

    expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })
    expect(browser.local.entries()).toEqual({})
  })

  it('may dispose of the session', async () => {
    const { clock, open } = openBar()
    const { session } = open({ keepAlive: true })
    session.on('signed-in', () => session.dispose())

    await session.login(ADA)

    expect(clock.pending()).toBe(0)
  })
})

it('D08: a listener that throws and one that rejects harm nobody, and are reported', async () => {
  const { open } = openBar()
  const { session } = open()
  const [thrown, rejected] = [new Error('thrown'), new Error('rejected')]
  session.subscribe(() => {
    throw thrown
  })
  session.subscribe(async () => {
    throw rejected
  })
  const states: string[] = []
  session.subscribe(({ status }) => states.push(status))

  await expect(session.login(ADA)).resolves.toEqual({ name: ADA.email })
  await quiet()

  expect(states).toEqual(['authenticated'])
  expect(reported).toEqual([thrown, rejected])
})

it('D10: equal tokens are no change: nothing is told and nothing is written', async () => {
  const { browser, open } = openBar()
  const { session } = open()
  const tokens = { access_token: 'a', refresh_token: 'r', expires_in: 60, user: { name: 'Ada' } }
  session.adopt(tokens)
  const events = eventsOf(session)
  const state = session.getState()
  const { writes } = browser.local.counts

  session.adopt({ ...tokens, user: { name: 'Ada' } })

  expect(session.getState()).toBe(state)
  expect(events).toEqual([])
  expect(browser.local.counts.writes).toBe(writes)
})

it('E06: onSignedOut is told the reason, once', async () => {
  const onSignedOut = vi.fn()
  const { open } = openBar()
  const { session } = open({ onSignedOut })
  await session.login(ADA)
  await session.logout()
  await session.logout()

  expect(onSignedOut.mock.calls).toEqual([['logout']])
})

it('K02: the state is the same object until something changes, and its user is while the user is', async () => {
  const { open, soon } = openBar()
  const { session } = open()
  expect(session.getState()).toBe(session.getState())
  await session.login(ADA)
  const state = session.getState() as Extract<SessionState, { status: 'authenticated' }>
  expect(session.getState()).toBe(state)

  await soon(session.refresh())

  expect(session.getState()).not.toBe(state)
  expect(session.getState()).toHaveProperty('user', state.user)
  expect((session.getState() as typeof state).user).toBe(state.user)
})

it('does not tell a listener that another one has just unsubscribed', async () => {
  const { open } = openBar()
  const { session } = open()
  const told: string[] = []
  session.subscribe(() => stop())
  const stop = session.subscribe(() => told.push('second'))
  await session.login(ADA)

  expect(told).toEqual([])
})

it('counts the same function subscribed twice as two subscriptions', async () => {
  const { open } = openBar()
  const { session } = open()
  const listener = vi.fn()
  const stop = session.subscribe(listener)
  session.subscribe(listener)
  stop()
  stop()
  await session.login(ADA)

  expect(listener).toHaveBeenCalledTimes(1)
})

describe('L05: dispose', () => {
  it('leaves no timer and no listener, frees who waits, and writes nothing more', async () => {
    const { browser, clock, server, open } = openBar()
    const { tab, session } = open({ keepAlive: true })
    const watch = vi.spyOn(tab.world, 'watch')
    await session.login(ADA)
    const stops = watch.mock.results.map(({ value }) => vi.spyOn(value, 'stop'))
    clock.jump(HOUR)
    const release = server.hold()
    const waiting = Promise.allSettled([
      session.getAccessToken(),
      session.refresh(),
      session.login(BOB),
    ])
    await quiet()
    const stored = browser.local.entries()
    const events = eventsOf(session)

    session.dispose()
    release()
    await quiet()

    for (const each of await waiting)
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'disposed' } })
    await clock.advance(200)
    expect(clock.pending()).toBe(0)
    expect(stops).toHaveLength(1)
    for (const stop of stops) expect(stop).toHaveBeenCalledOnce()
    tab.comeBack()
    tab.online()
    expect(browser.local.entries()).toEqual(stored)
    expect(events).toEqual([])
  })

  it('waits no longer for the rest of what it saw half of', async () => {
    const { browser, clock, open } = openBar()
    const { session } = open()
    await session.login(ADA)
    const other = browser.openTab()
    other.storage.write('admin_token', 'another')
    other.storage.write('admin_refresh_token', 'one')
    await quiet()
    expect(clock.pending()).toBe(1)

    session.dispose()
    expect(clock.pending()).toBe(0)
  })

  it('is for good: what is asked of it later wakes nothing up', async () => {
    const { browser, server, open } = openBar()
    const { session } = open()
    session.dispose()

    expect(session.getState()).toEqual({ status: 'loading' })
    session.subscribe(() => {})
    await expect(session.getAccessToken()).rejects.toMatchObject({ code: 'disposed' })
    await expect(Promise.resolve().then(() => session.login(ADA))).rejects.toMatchObject({
      code: 'disposed',
    })
    expect(() => session.adopt({ access_token: 'a' })).toThrow(
      expect.objectContaining({ code: 'disposed' }),
    )
    expect(browser.local.counts.reads).toBe(0)
    expect(server.live()).toEqual([])
  })

  it('twice, or with nobody signed in, is nothing special', async () => {
    const { open } = openBar()
    const { session } = open()
    await session.login(ADA)
    session.dispose()
    session[Symbol.dispose]()
    expect(await session.logout()).toEqual({ acknowledged: true })
  })

  it('A04: another session of the same app takes over where it left', async () => {
    const { clock, server, open, soon } = openBar({ grace: 30_000 })
    const { session, again } = open()
    await session.login(ADA)
    clock.jump(HOUR)
    void session.getAccessToken().catch(() => {})
    session.dispose()

    expect(server.accepts(await soon(again().getAccessToken()))).toBe(true)
  })
})

it('L07: a session that the server ended meanwhile is no error of the page', async () => {
  const log = vi.spyOn(console, 'error')
  const { clock, server, open } = openBar()
  const before = open()
  await before.session.login(ADA)
  before.tab.close()
  server.end('session-1')
  clock.jump(HOUR)
  const { session } = open()
  session.getState()
  await clock.advance(1_000)

  expect(session.getState()).toMatchObject({ status: 'unauthenticated', reason: 'revoked' })
  expect(log).not.toHaveBeenCalled()
  expect(reported).toEqual([])
})

it('K07: making a session does nothing yet', () => {
  const { browser, clock, open } = openBar()
  open()

  expect(browser.local.counts).toEqual({ reads: 0, writes: 0 })
  expect(clock.pending()).toBe(0)
})
