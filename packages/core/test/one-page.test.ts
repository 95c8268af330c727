import { quiet } from '@tabkeeper/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ADA, eventsOf, HOUR, oneOrEach, openBar, warningsOf } from './bar.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('L06: two sessions of one app in one page', () => {
  it('are warned of once, by name, and still cost one refresh', async () => {
    const console = vi.spyOn(globalThis.console, 'warn').mockImplementation(() => {})
    const { clock, server, open, soon } = openBar()
    const one = open()
    const two = one.again()
    const three = one.again()
    const codes = [one.session, two, three].map(warningsOf)
    const warnings: string[] = []
    for (const session of [one.session, two, three])
      session.on('warning', ({ message }) => warnings.push(message))
    await one.session.login(ADA)
    await quiet()
    clock.jump(HOUR)

    const tokens = await soon(
      Promise.all([one.session, two, three].map(session => session.getAccessToken())),
      5_000,
    )

    expect(new Set(tokens).size).toBe(oneOrEach(3))
    expect(server.counts.refreshes).toBe(oneOrEach(3))
    expect(warnings).toEqual([expect.stringContaining("two sessions of the app 'admin'")])
    expect(codes.flat()).toEqual(['two-sessions'])
    expect(console).toHaveBeenCalledExactlyOnceWith(warnings[0])
  })

  it.each([
    ['of different apps', { app: 'bartender' }, false],
    ['one after the other', {}, true],
  ])('say nothing when they are %s', async (_, options, isDisposed) => {
    const console = vi.spyOn(globalThis.console, 'warn').mockImplementation(() => {})
    const { open } = openBar()
    const one = open()
    one.session.getState()
    if (isDisposed) one.session.dispose()
    const events = eventsOf(one.again(options))
    await quiet()

    expect(events).toEqual([])
    expect(console).not.toHaveBeenCalled()
  })
})

describe('the performance timeline', () => {
  it('has one entry for a refresh, and one for the wait of all its requests', async () => {
    const { clock, open, soon } = openBar()
    const { session, tab } = open()
    await session.login(ADA)
    clock.jump(HOUR)

    await soon(Promise.all(Array.from({ length: 100 }, () => session.getAccessToken())))
    await clock.advance(1000)

    expect([...tab.measures].sort()).toEqual(['tabkeeper:admin:flight', 'tabkeeper:admin:wait'])
  })
})
