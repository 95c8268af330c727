import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createNewsChannel } from '../src/stream/news.ts'
import { createStreams } from '../src/stream/streams.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { openStream } from './support/event-stream.ts'
import { hour, startServer } from './support/test-server.ts'

describeOnBoth('opening a stream of events', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  const start = (options = {}) => startServer(source, { accessTokenTtl: hour, ...options })

  it('with HEAD tells what GET would, and opens none', async () => {
    const { signUp, server } = await start({ events: { perSession: 1 } })
    const { access_token: token } = await signUp()
    const headers = { Authorization: `Bearer ${token}` }
    const head = (given: Record<string, string>) =>
      server.fetch(
        new Request('https://bar.example/api/events', { method: 'HEAD', headers: given }),
      )
    for (let time = 0; time < 3; time++) {
      const { status, body, headers: told } = await head(headers)
      expect([status, body, told.get('Content-Type')]).toEqual([200, null, 'text/event-stream'])
    }
    expect((await head({})).status).toBe(401)
    expect((await openStream(server, headers)).response.status).toBe(200)
  })

  it('row 47: finds the token in a URL whichever of several it is', async () => {
    const { signUp, server } = await start()
    const { access_token: token } = await signUp()
    const headers = { Authorization: `Bearer ${token}` }
    const path = `/api/events?x=1&x=${token}`
    expect((await openStream(server, headers, path)).response.status).toBe(400)
  })

  it('row 47: ends it where the session ends while it is being proven', async () => {
    const { signUp, server, database, clock } = await start()
    const { session, user } = await signUp()
    const live = await server.store.getSession(session.id)
    if (!live) throw new Error('There is no session')
    const channel = createNewsChannel(database)
    const streams = createStreams(database, channel, clock)
    const tenantId = user.tenant_id
    const { body } = await streams.open(async () => {
      await server.store.revokeSession(session.id)
      await heard(channel, () =>
        channel.publish({ is: 'sessions-changed', tenantId, userId: user.id, kind: 'revoked' }),
      )
      const verified = { ...live, tenant: { id: tenantId } }
      return { verified, holds: () => true, until: Number.POSITIVE_INFINITY }
    }, null)
    expect(await new Response(body).text()).toContain('event: session.revoked')
    await streams.close()
  })

  it('goes on when somebody else talks on the channel', async () => {
    const { signUp, server, database } = await start()
    const { access_token: token, user } = await signUp()
    const { next } = await openStream(server, { Authorization: `Bearer ${token}` })
    if (database.dialect === 'postgres') {
      for (const text of ['', 'hello', '{', 'null', '{"is":"app-event"}']) {
        await sql`select pg_notify('tabkeeper', ${text})`.execute(database.kysely)
      }
    }
    await server.publish({ userId: user.id, event: 'after', data: 1 })
    expect(await next()).toMatchObject({ event: 'after' })
  })
})

/** Resolves when all who listen have heard what is published now: another message comes after it. */
async function heard(
  channel: ReturnType<typeof createNewsChannel>,
  publish: () => Promise<void>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    channel
      .listen(
        () => resolve(),
        () => {},
      )
      .then(publish)
      .catch(reject)
  })
}
