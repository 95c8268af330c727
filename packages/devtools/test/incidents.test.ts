import { SessionError } from '@tabkeeper/core'
import { quiet } from '@tabkeeper/testing'
import { describe, expect, it, vi } from 'vitest'
import { explain, type Finding } from '../src/explain/index.ts'
import { ADA, BOB, during, HOUR, MINUTE, openTabs, type WatchedTab } from './tabs.ts'

/** What the export of a tab tells, read from its JSON: nothing else is known by then. */
function findings({ exported }: WatchedTab): readonly Finding[] {
  return explain(JSON.stringify(exported()))
}

function sentences(tab: WatchedTab): string[] {
  return findings(tab).map(({ text }) => text)
}

describe('from an export alone', () => {
  it('1: two tabs that could not see each other spent one refresh token', async () => {
    const { clock, open } = openTabs({ webLocks: false })
    const one = open()
    await one.session.login(ADA, { remember: false })
    const two = one.duplicate()
    await clock.advance(5_000)
    await during(clock, 5_000, two.session.refresh())
    await during(
      clock,
      5_000,
      one.session.refresh().catch(() => {}),
    )

    expect(sentences(one)).toEqual([
      'Tab 1 was signed out because its refresh was denied as reuse-detected. Tab 2 had spent the same refresh token 5 s before. The session was kept for one tab only, and one of the two is a copy of the other. Tab 2 followed within 1 ms.',
    ])
  })

  it('2: the network was lost, and came back', async () => {
    const { clock, server, open } = openTabs({ lifetime: 60 })
    const one = open()
    await one.session.login(ADA)
    await clock.advance(MINUTE)
    server.fail('lose-request', 'lose-request', 'lose-request', 'lose-request')
    expect(await during(clock, 6_000, one.ask(3))).toEqual(Array(3).fill('unreachable'))
    await during(clock, 6_500, one.ask())
    await during(clock, 6_000, one.ask())

    expect(sentences(one)).toContainEqual(
      'The server could not be reached for 13 s: 2 refreshes from tab 1 got no answer, and backed off for up to 6 s each time. The session went on, and was refreshed after that.',
    )
  })

  it('3: a tab was frozen in the middle of a refresh, and another passed it over', async () => {
    const { clock, server, open } = openTabs({ lifetime: 60, grace: MINUTE })
    const one = open()
    const two = open()
    await one.session.login(ADA)
    await clock.advance(MINUTE)
    const release = server.hold()
    void one.ask()
    await clock.advance(500)
    one.tab.freeze()
    release()
    await during(clock, 20_000, two.ask())
    await clock.advance(20_000)
    one.tab.thaw()
    await clock.advance(2_000)

    expect(sentences(two)).toContainEqual(
      'Nothing ran in tab 1 for 41 s: the tab was frozen, or the device slept. It was in the middle of a refresh: tab 2 passed it over, and had a token after 12 s. Tab 1 took that up when it went on.',
    )
  })

  it('4: other code cleared the storage', async () => {
    const { clock, open } = openTabs()
    const one = open()
    const two = open()
    await one.session.login(ADA)
    await clock.advance(1_000)
    two.tab.clearStorage()
    await clock.advance(1_000)
    two.session.lease()
    await clock.advance(1_000)

    expect(sentences(one)).toEqual([
      expect.stringMatching(
        /^Tab \d was signed out because the tokens vanished from storage without a sign-out: storage was cleared by other code, by the user or by the browser\./,
      ),
    ])
  })

  it('5: another person signed in, and no request went out as them', async () => {
    const { clock, server, open } = openTabs({ lifetime: 60 })
    const one = open()
    const two = open()
    await one.session.login(ADA)
    await clock.advance(MINUTE)
    const release = server.hold()
    const asked = one.ask(2)
    await clock.advance(500)
    void two.session.login(BOB)
    release()
    expect(await during(clock, 5_000, asked)).toEqual(['session-changed', 'session-changed'])

    const [changed] = findings(one).filter(({ is }) => is === 'another-session')
    expect(changed?.text).toBe(
      'Another person signed in in tab 2: their session took the place of the one that was there. Tab 1 went over to it. 2 requests that waited failed rather than go out under another identity.',
    )
  })

  it('6: somebody signed out in another tab', async () => {
    const { clock, open } = openTabs()
    const one = open()
    const two = open()
    await one.session.login(ADA)
    await clock.advance(1_000)
    await two.session.logout()
    await clock.advance(1_000)

    expect(sentences(one)).toEqual(['Somebody signed out in tab 2. Tab 1 followed within 1 ms.'])
  })

  it('7: the server was overloaded, and asked for patience', async () => {
    const cause = new SessionError('unreachable', 'The server answered 503.', { status: 503 })
    const { clock, server, open } = openTabs()
    const one = open()
    await one.session.login(ADA)
    await clock.advance(HOUR)
    server.fail({ answer: { is: 'unreachable', retryAfter: 30_000, cause } })
    await during(clock, 1_000, one.ask())
    await clock.advance(40_000)
    await during(clock, 1_000, one.ask())

    expect(sentences(one)).toContainEqual(
      expect.stringMatching(
        /^The server gave no verdict for 41 s: 1 refresh from tab 1 got a 503, and backed off for up to 31 s each time\. The session went on, and was refreshed after that\.$/,
      ),
    )
  })

  it('8: storage refused the tokens', async () => {
    const { clock, open } = openTabs()
    const one = open()
    const two = open()
    await one.session.login(ADA)
    await clock.advance(1_000)
    one.tab.breakStorage(operation => {
      if (operation === 'write') throw new DOMException('full', 'QuotaExceededError')
    })
    await during(clock, 2_000, one.session.refresh())

    expect(two.session.getState().status).toBe('unauthenticated')
    expect(sentences(one)).toEqual([
      'Tab 2 was signed out because storage refused the new tokens of tab 1, which took the old ones away and goes on in memory.',
      'Storage refused the tokens in tab 1: they are in memory, no other tab sees them, and they are gone when the page is left or reloaded.',
    ])
  })

  it('9: an administrator ended the session, and one tab learned it from the other', async () => {
    const { clock, server, open } = openTabs()
    const one = open()
    const two = open()
    await one.session.login(ADA)
    await quiet()
    server.end('session-1')
    await during(clock, 2_000, two.ask())

    const ended = findings(one).filter(({ is }) => is === 'signed-out')
    expect(ended.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^Tab 2 was signed out because the server said that the session is revoked: .* Tab 1 followed within \d+ ms\.$/,
      ),
    ])
  })

  it.each([
    ['replaced', 'the server said that another sign-in had taken the place of its session.'],
    ['logout-elsewhere', 'the server said that its user had signed out elsewhere.'],
    ['account-disabled', 'the server said that the account is disabled.'],
  ] as const)('9: the server told that the session was ended as %s', async (reason, why) => {
    const { clock, server, open } = openTabs()
    const one = open()
    await one.session.login(ADA)
    await quiet()
    server.end('session-1', reason)
    await during(clock, 2_000, one.ask())

    expect(sentences(one)).toContain(`Tab 1 was signed out because ${why}`)
  })

  it('10: a tab was a copy of another, and ended with its access token', async () => {
    const { clock, open } = openTabs()
    const one = open()
    await one.session.login(ADA, { remember: false })
    const two = one.duplicate()
    await clock.advance(HOUR + 5_000)

    expect(sentences(one)).toEqual([
      'Tab 2 is a copy of a tab that has the session for itself: it gave up its refresh token.',
      'Tab 2 was signed out because it is a copy of another tab, which alone may refresh: it ended with its access token, and the other goes on.',
    ])
    expect(two.session.getState().status).toBe('unauthenticated')
  })

  it('11: the answer to a refresh was lost, and the server has no grace for the next', async () => {
    const { clock, server, open } = openTabs()
    const one = open()
    await one.session.login(ADA)
    server.fail('lose-answer', { answer: { is: 'lost', cause: new Error('no network') } })
    await during(
      clock,
      2_000,
      one.session.refresh().catch(() => {}),
    )
    await during(
      clock,
      2_000,
      one.session.refresh().catch(() => {}),
    )

    expect(sentences(one)).toContainEqual(
      'Tab 1 was signed out because its refresh was denied as reuse-detected. An earlier refresh of tab 1 got no answer: the server had made new tokens, which were lost on their way. Give the server a grace for repeated refresh tokens.',
    )
  })

  it('12: the API refuses what the auth server grants', async () => {
    const { clock, server, open } = openTabs()
    const one = open()
    await one.session.login(ADA)
    vi.spyOn(server, 'accepts').mockReturnValue(false)
    expect(await during(clock, 2_000, one.ask())).toEqual(['refused'])
    expect(await during(clock, 2_000, one.ask(4))).toEqual(Array(4).fill('refused'))

    expect(sentences(one)).toEqual([
      'A server answered 401 to 4 requests of tab 1, and a newer token did not help or could not be had: it is about the resource, or the API does not take what the auth server grants (its clock, key or audience).',
    ])
  })
})

describe('a day without incidents', () => {
  it('has nothing to explain', async () => {
    const { clock, open } = openTabs()
    const one = open()
    const two = open()
    await one.session.login(ADA)
    for (let hour = 0; hour < 3; hour++) {
      await clock.advance(HOUR)
      await during(clock, 1_000, Promise.all([one.ask(5), two.ask(5)]))
    }

    expect(sentences(one)).toEqual([])
    expect(one.log.entries().filter(({ what }) => what === 'refreshed')).toHaveLength(6)
  })

  it('is no export of something else', () => {
    expect(() => explain('{"format":"har"}')).toThrow(TypeError)
    expect(() => explain('not even JSON')).toThrow('no export')
  })
})
