import type { Lease } from '@tabkeeper/core/http'
import { quiet } from '@tabkeeper/testing'
import { expect, it } from 'vitest'
import { ADA, BOB, endingsOf, eventsOf, HOUR, oneOrEach, openBar } from './bar.ts'

it('A01: refreshes once for twenty callers in one tick', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)

  const tokens = await Promise.all(Array.from({ length: 20 }, () => session.getAccessToken()))

  expect(new Set(tokens).size).toBe(1)
  expect(server.accepts(tokens[0] ?? '')).toBe(true)
  expect(server.counts.refreshes).toBe(1)
})

it('B01: refreshes once for five tabs that wake together, with a server that forgives nothing', async () => {
  const { clock, server, open } = openBar()
  const tabs = Array.from({ length: 5 }, () => open())
  await tabs[0]?.session.login(ADA)
  await quiet()

  for (let round = 1; round <= 10; round++) {
    clock.jump(HOUR)
    const asking = Promise.all(tabs.map(({ session }) => session.getAccessToken()))
    await clock.advance(500)
    expect(new Set(await asking).size).toBe(oneOrEach(5))
    expect(server.counts).toMatchObject({ refreshes: round * oneOrEach(5), reused: 0 })
  }
})

it('hands out the good token at once while a refresh runs behind it', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  const first = await session.getAccessToken()
  const release = server.hold()
  clock.jump(HOUR - 60_000)

  expect(await session.getAccessToken()).toBe(first)
  expect(session.getState()).toMatchObject({ refresh: 'pending' })
  release()
  await quiet()

  expect(await session.getAccessToken()).not.toBe(first)
  expect(server.counts.refreshes).toBe(1)
})

it('A06: joins a forced refresh that is under way, and starts a real one where none is', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)

  await Promise.all([session.refresh(), session.refresh()])
  expect(server.counts.refreshes).toBe(1)
  await clock.advance(500)
  await session.refresh()
  expect(server.counts.refreshes).toBe(2)
})

it('A05: frees the one caller who gives up, and nobody else', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)
  const release = server.hold()
  const giveUp = new AbortController()
  const reason = new Error('the user went on')

  const one = session.getAccessToken({ signal: giveUp.signal })
  const two = session.getAccessToken()
  giveUp.abort(reason)
  await expect(one).rejects.toBe(reason)
  const three = session.getAccessToken()
  release()

  expect(await two).toBe(await three)
  expect(server.counts.refreshes).toBe(1)
})

it('reads storage for none of a thousand requests with a good token', async () => {
  const { browser, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  await session.getAccessToken()
  browser.local.counts.reads = 0

  for (let i = 0; i < 1000; i++) expect(session.lease()).not.toBeInstanceOf(Promise)

  expect(browser.local.counts.reads).toBe(0)
})

it('D05: ends every tab with the same reason, once, when the server refuses', async () => {
  const { clock, server, open } = openBar()
  const [one, two] = [open(), open()]
  await one.session.login(ADA)
  await quiet()
  const endings = [endingsOf(one.session), endingsOf(two.session)]
  server.end('session-1')
  clock.jump(HOUR)

  const waiting = Promise.allSettled(Array.from({ length: 10 }, () => one.session.getAccessToken()))
  await clock.advance(500)

  for (const each of await waiting)
    expect(each).toMatchObject({ status: 'rejected', reason: { code: 'session-ended' } })
  expect(endings).toEqual([['revoked'], ['revoked']])
  expect(server.counts.refreshes).toBe(1)
  await expect(one.session.getAccessToken()).rejects.toMatchObject({ code: 'signed-out' })
  expect(server.counts.refreshes).toBe(1)
})

it('A07: keeps what the answer leaves out: a server that does not rotate', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  server.fail({ answer: { is: 'granted', tokens: { access_token: 'plain', expires_in: 60 } } })
  await session.refresh()
  await clock.advance(60_000)

  expect(session.getState()).toMatchObject({ user: { name: ADA.email }, sessionId: 'session-1' })
  expect(server.accepts(await session.getAccessToken())).toBe(true)
})

it('A02: gives the newer token to a 401 that comes late, without another refresh', async () => {
  const { server, open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  const [slow, fast] = [await session.lease(), await session.lease()]

  const newer = await soon(session.renew(fast as Lease))
  const late = await soon(session.renew(slow as Lease))

  expect(newer).not.toBeNull()
  expect(late).toBe(newer)
  expect(server.counts.refreshes).toBe(1)
})

it('A03: refreshes once for all who were refused, and for a second copy of the app in the page', async () => {
  const { server, open, soon } = openBar()
  const { session, again } = open()
  await session.login(ADA)
  const copy = again()
  await copy.getAccessToken()
  server.counts.refreshes = 0
  const leases = await Promise.all([session, session, session, copy].map(each => each.lease()))
  const owners = [session, session, session, copy]

  const renewed = await soon(
    Promise.all(owners.map((owner, index) => owner.renew(leases[index] as Lease))),
  )

  expect(new Set(renewed.map(lease => lease?.accessToken)).size).toBe(oneOrEach(2))
  expect(server.counts).toMatchObject({ refreshes: oneOrEach(2), reused: 0 })
})

it('A06: a forced refresh is a real one though a token is at hand, and two of them share it', async () => {
  const { server, open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  const plain = session.getAccessToken()

  await soon(Promise.all([session.refresh(), session.refresh()]))

  expect(await plain).not.toBe(await session.getAccessToken())
  expect(server.counts.refreshes).toBe(1)
})

it('A06: a forced refresh is one refresh, also when the token is over', async () => {
  const { clock, server, open, soon } = openBar()
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)

  await soon(session.refresh())

  expect(server.counts.refreshes).toBe(1)
})

it('A08: takes no notice of an older generation that turns up in storage', async () => {
  const { browser, clock, server, open, soon } = openBar()
  const [one, two] = [open(), open()]
  await one.session.login(ADA)
  await soon(one.session.refresh())
  const older = browser.local.entries()
  await soon(one.session.refresh())
  const token = await one.session.getAccessToken()
  const events = eventsOf(one.session)

  for (const [key, value] of Object.entries(older)) two.tab.storage.write(key, value)
  await clock.advance(1000)

  expect(await one.session.getAccessToken()).toBe(token)
  expect(events).toEqual([])
  expect(server.counts.refreshes).toBe(2)
})

it('A09: fifty token sets leave one timer and make one refresh in a lifetime', async () => {
  const { clock, server, open } = openBar()
  const { session } = open({ keepAlive: true })
  await session.login(ADA)
  for (let i = 0; i < 50; i++) {
    session.adopt({
      access_token: `at.session-1.0.${i}`,
      refresh_token: 'rt.session-1.0',
      expires_in: 3600,
    })
  }

  // By then it has looked whether a tab that did not know of the last one wrote over it.
  await clock.advance(1_000)
  expect(clock.pending()).toBe(1)
  await clock.advance(HOUR)
  expect(server.counts.refreshes).toBe(1)
})

it('A11: two apps in one page refresh with their own tokens, and neither sees the other', async () => {
  const { clock, server, open, soon } = openBar()
  const { session, again } = open()
  const other = again({ app: 'bartender' })
  await session.login(ADA)
  await other.login(BOB)
  clock.jump(HOUR)

  await soon(Promise.all([session.getAccessToken(), other.getAccessToken()]))

  expect(session.getState()).toMatchObject({ user: { name: ADA.email } })
  expect(other.getState()).toMatchObject({ user: { name: BOB.email } })
  expect(server.counts).toMatchObject({ refreshes: 2, granted: 2 })
})
