import { expect, it } from 'vitest'
import { watchRequests } from '../src/watch/watch-requests.ts'
import { ADA, during, MINUTE, openTabs } from './tabs.ts'

/** The entries of some kinds, without what all have. */
function told(log: { entries(): readonly object[] }, ...kinds: string[]): object[] {
  return log
    .entries()
    .filter(entry => 'what' in entry && kinds.includes(String(entry.what)))
    .map(entry => {
      const { at, tab, n, app, session, ...rest } = entry as Record<string, unknown>
      return rest
    })
}

it('counts the requests that wait, from the first to the last', async () => {
  const { clock, server, open } = openTabs({ lifetime: 60 })
  const { session, log, ask } = open()
  await session.login(ADA)
  await clock.advance(MINUTE)
  const release = server.hold()
  const asked = ask(20)
  await clock.advance(2_000)
  release()
  await during(clock, 1_000, asked)

  expect(told(log, 'waiting', 'waited')).toEqual([
    { what: 'waiting', count: 20 },
    { what: 'waited', count: 20, ms: 2_000, failed: 0 },
  ])
})

it('counts those that were refused, and those that were sent again', async () => {
  const { clock, server, open } = openTabs()
  const { session, log, ask } = open()
  await session.login(ADA)
  const lease = await session.lease()
  const { accepts } = server
  Object.assign(server, {
    accepts: (token: string) => token !== lease?.accessToken && accepts(token),
  })
  expect(await during(clock, 2_000, ask(3))).toEqual(['served', 'served', 'served'])

  expect(told(log, 'refused')).toMatchObject([{ what: 'refused', count: 3, replayed: 3 }])
})

it('lets requests wait for another token when it is told to, and only once', async () => {
  const { clock, server, open } = openTabs()
  const { session, log, ask } = open()
  await session.login(ADA)
  const watch = watchRequests(session, log.record, clock.now)
  watch.expire()
  expect(watch.isOver()).toBe(true)
  expect(await during(clock, 2_000, ask(5))).toEqual(Array(5).fill('served'))
  expect(server.counts.refreshes).toBe(1)
  expect(watch.isOver()).toBe(false)

  expect(await ask(5)).toEqual(Array(5).fill('served'))
  expect(server.counts.refreshes).toBe(1)
  watch.stop()
})

it('gives back to the session what it took', async () => {
  const { clock, open } = openTabs()
  const { session, log } = open()
  const { lease, renew } = session
  const watch = watchRequests(session, log.record, clock.now)
  expect(session.lease).not.toBe(lease)
  watch.stop()

  expect(session.lease).toBe(lease)
  expect(session.renew).toBe(renew)
})
