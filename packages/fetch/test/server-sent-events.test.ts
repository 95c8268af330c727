import type { ServerResponse } from 'node:http'
import type { Session } from '@tabkeeper/core'
import { type RecordingServer, refuse, startRecordingServer } from '@tabkeeper/testing'
import { expect, it, onTestFinished } from 'vitest'
import { openRotating } from './long-lived.ts'
import { followEvents } from './patterns/follow-events.ts'

type Events = Awaited<ReturnType<typeof openEvents>>

/** A server with one stream of events, and a hand on the connection to it that was opened last. */
async function openEvents() {
  const server = await startRecordingServer()
  onTestFinished(() => server.close())
  server.accepted.add('T0')
  const streams: ServerResponse[] = []
  server.on('/events', ({ token }, response) => {
    if (token === null || !server.accepted.has(token)) return refuse(response)
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('retry: 1\n\n')
    streams.push(response)
  })
  return {
    server,
    streams,
    send: (id: number) => void streams.at(-1)?.write(`id: ${id}\ndata: order ${id}\n\n`),
    drop: () => void streams.at(-1)?.destroy(),
  }
}

/** Each connection: its path, its token, and the last event that it asks to go on from. */
function connections(server: RecordingServer): string[] {
  return server.requests.map(({ url, token, rawHeaders }) => {
    const last = rawHeaders.findIndex(name => name.toLowerCase() === 'last-event-id')
    return `${url} ${token} ${last === -1 ? '-' : rawHeaders[last + 1]}`
  })
}

it('J03: a stream that breaks off goes on with a fresh token from the last event, and no token in the URL', async () => {
  const { server, send, drop } = await openEvents()
  const { session } = openRotating(server.origin)
  const heard: string[] = []
  onTestFinished(followEvents(session, `${server.origin}/events`, data => heard.push(data)))

  await expect.poll(() => server.requests).toHaveLength(1)
  send(1)
  await expect.poll(() => heard).toEqual(['order 1'])
  server.accepted.clear()
  server.accepted.add('T1')
  drop()
  await expect.poll(() => server.requests).toHaveLength(3)
  await expect
    .poll(() => {
      send(2)
      return heard
    })
    .toContain('order 2')

  expect(connections(server)).toEqual(['/events T0 -', '/events T0 1', '/events T1 1'])
})

it('J03: waits for a refresh before it connects with a token that is over', async () => {
  const { server } = await openEvents()
  const { session } = openRotating(server.origin, 0)
  server.accepted.add('T1')
  onTestFinished(followEvents(session, `${server.origin}/events`, () => {}))

  await expect.poll(() => connections(server)).toEqual(['/events T1 -'])
})

it('J03: survives that the authorization server cannot be reached', async () => {
  const { server, drop } = await openEvents()
  const rotating = openRotating(server.origin)
  onTestFinished(followEvents(rotating.session, `${server.origin}/events`, () => {}))
  await expect.poll(() => server.requests).toHaveLength(1)
  server.accepted.clear()
  server.accepted.add('T1')

  rotating.answer = 'unreachable'
  drop()
  await expect.poll(() => server.requests.length).toBeGreaterThan(1)
  expect(rotating.session.getState()).toMatchObject({ status: 'authenticated' })
  rotating.answer = 'granted'
  const refresh = () =>
    rotating.session.refresh().then(
      () => 'granted',
      () => 'not yet',
    )
  await expect.poll(refresh).toBe('granted')

  await expect.poll(() => connections(server).at(-1)).toBe('/events T1 -')
})

/** Lets another session's stream come, break off and come again: time enough for one that was not closed. */
async function followAnother({ server, drop }: Events, session: Session): Promise<void> {
  server.accepted.add('B0')
  session.adopt({ access_token: 'B0', refresh_token: 'RB', session: { id: 'another' } })
  onTestFinished(followEvents(session, `${server.origin}/events`, () => {}))
  const times = (count: number) =>
    expect.poll(() => server.requests.filter(({ token }) => token === 'B0')).toHaveLength(count)
  await times(1)
  drop()
  await times(2)
}

it('J02, J03: ends with the session, and does not knock again', async () => {
  const events = await openEvents()
  const { server, drop } = events
  const rotating = openRotating(server.origin)
  followEvents(rotating.session, `${server.origin}/events`, () => {})
  await expect.poll(() => server.requests).toHaveLength(1)
  server.accepted.clear()

  rotating.answer = 'denied'
  drop()
  await expect
    .poll(() => rotating.session.getState())
    .toEqual({ status: 'unauthenticated', reason: 'revoked' })
  await followAnother(events, rotating.session)

  expect(connections(server)).toEqual([
    '/events T0 -',
    '/events T0 -',
    '/events B0 -',
    '/events B0 -',
  ])
})

it('J02: does not go on under the next identity', async () => {
  const events = await openEvents()
  const { server, streams } = events
  const { session } = openRotating(server.origin)
  followEvents(session, `${server.origin}/events`, () => {})
  await expect.poll(() => streams).toHaveLength(1)

  await followAnother(events, session)
  await expect.poll(() => streams[0]?.destroyed).toBe(true)

  expect(connections(server)).toEqual(['/events T0 -', '/events B0 -', '/events B0 -'])
})

it('J03: ends when nothing helps against its refusal, and the session goes on', async () => {
  const events = await openEvents()
  const { server, drop } = events
  const { session } = openRotating(server.origin)
  onTestFinished(followEvents(session, `${server.origin}/events`, () => {}))
  await expect.poll(() => server.requests).toHaveLength(1)
  server.accepted.clear()

  drop()
  await expect.poll(() => server.requests).toHaveLength(3)
  expect(session.getState()).toMatchObject({ status: 'authenticated' })
  await followAnother(events, session)

  expect(connections(server)).toEqual([
    '/events T0 -',
    '/events T0 -',
    '/events T1 -',
    '/events B0 -',
    '/events B0 -',
  ])
})
