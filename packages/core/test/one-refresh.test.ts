import { quiet } from '@tabkeeper/testing'
import { expect, it } from 'vitest'
import { ADA, endingsOf, HOUR, openBar } from './bar.ts'

it('refreshes once for twenty callers in one tick', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  clock.jump(HOUR)

  const tokens = await Promise.all(Array.from({ length: 20 }, () => session.getAccessToken()))

  expect(new Set(tokens).size).toBe(1)
  expect(server.accepts(tokens[0] ?? '')).toBe(true)
  expect(server.counts.refreshes).toBe(1)
})

it('refreshes once for five tabs that wake together, with a server that forgives nothing', async () => {
  const { clock, server, open } = openBar()
  const tabs = Array.from({ length: 5 }, () => open())
  await tabs[0]?.session.login(ADA)
  await quiet()

  for (let round = 1; round <= 10; round++) {
    clock.jump(HOUR)
    const asking = Promise.all(tabs.map(({ session }) => session.getAccessToken()))
    await clock.advance(500)
    expect(new Set(await asking).size).toBe(1)
    expect(server.counts).toMatchObject({ refreshes: round, reused: 0 })
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

it('joins a forced refresh that is under way, and starts a real one where none is', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)

  await Promise.all([session.refresh(), session.refresh()])
  expect(server.counts.refreshes).toBe(1)
  await clock.advance(100)
  await session.refresh()
  expect(server.counts.refreshes).toBe(2)
})

it('frees the one caller who gives up, and nobody else', async () => {
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

it('ends every tab with the same reason, once, when the server refuses', async () => {
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

it('keeps what the answer leaves out: a server that does not rotate', async () => {
  const { clock, server, open } = openBar()
  const { session } = open()
  await session.login(ADA)
  server.fail({ answer: { is: 'granted', tokens: { access_token: 'plain', expires_in: 60 } } })
  await session.refresh()
  await clock.advance(60_000)

  expect(session.getState()).toMatchObject({ user: { name: ADA.email }, sessionId: 'session-1' })
  expect(server.accepts(await session.getAccessToken())).toBe(true)
})
