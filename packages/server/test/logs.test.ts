import { describe, expect, it } from 'vitest'
import { createLogger } from '../src/node/index.ts'
import { createSqlite } from './support/databases.ts'
import { minute, password, startServer } from './support/test-server.ts'

type Line = Readonly<Record<string, unknown>>

async function start(
  level: Parameters<typeof createLogger>[0],
  options: Parameters<typeof startServer>[1] = {},
) {
  const lines: Line[] = []
  const logger = createLogger(level, line => {
    expect(line.endsWith('}\n')).toBe(true)
    lines.push(JSON.parse(line))
  })
  return { ...(await startServer(await createSqlite(), { logger, ...options })), lines }
}

describe('the log', () => {
  it('has one line for each request: when, what, how it ended, for whom', async () => {
    const { lines, signUp, call, server } = await start('info')
    const { user, session, access_token } = await signUp()
    lines.length = 0
    const { headers } = await call('DELETE', `/sessions/${session.id}?x=secret`, {
      token: access_token,
    })
    expect(lines).toEqual([
      expect.objectContaining({ level: 'info', message: 'event', event: 'revoked' }),
      {
        level: 'info',
        time: expect.stringMatching(/^20\d\d-.*Z$/),
        message: 'request',
        request: headers.get('Request-Id'),
        method: 'DELETE',
        route: '/api/auth/sessions/:id',
        status: 204,
        ms: expect.any(Number),
        ip: '203.0.113.7',
        tenant: user.tenant_id,
        user: user.id,
        session: session.id,
      },
    ])
    lines.length = 0
    await call('GET', '/me', { token: access_token })
    expect(lines).toEqual([
      expect.objectContaining({ route: '/api/auth/me', status: 401, code: 'session_revoked' }),
    ])
    lines.length = 0
    await server.fetch(new Request('https://bar.example/srt1_anything?password=hunter2'))
    expect(lines).toEqual([expect.objectContaining({ route: null, code: 'not_found' })])
    expect(JSON.stringify(lines)).not.toMatch(/srt1_|hunter2/)
  })

  it('has one line for each event, which names its request', async () => {
    const { lines, signUp, call } = await start('info')
    const { user } = await signUp()
    lines.length = 0
    const body = { email: user.email, password }
    const { headers } = await call('POST', '/login', { body })
    const { id } = (await call('POST', '/login', { body })).body.session
    const request = headers.get('Request-Id')
    const events = lines.filter(({ message }) => message === 'event')
    expect(events[0]).toMatchObject({ level: 'info', event: 'login', request, user: user.id })
    expect(events.at(-1)).toMatchObject({ event: 'login', session: id, tenant: user.tenant_id })
    expect(events).toHaveLength(2)
  })

  it('raises its voice for what somebody should look at', async () => {
    const { lines, signUp, refresh, me, clock } = await start('warn')
    const { refresh_token } = await signUp()
    const { body } = await refresh(refresh_token)
    await me(body.access_token)
    expect(lines).toEqual([])
    clock.advance(minute)
    await refresh(refresh_token)
    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', event: 'reuse-detected', ip: '203.0.113.7' }),
    ])
  })

  it('tells of a repeated refresh from another program or network, which still gets its answer', async () => {
    const { lines, call, signUp, server } = await start('warn')
    const headers = { 'User-Agent': 'Bar/1.0' }
    const { refresh_token, user } = await signUp({ headers })
    const again = (more: object) =>
      call('POST', '/refresh', { body: { refresh_token }, headers, ...more })
    await again({})
    await again({})
    await again({ ip: '203.0.113.200' }) // the same network
    expect(lines).toEqual([])
    expect(await again({ ip: '198.51.100.7' })).toMatchObject({ body: { rotation: 'replayed' } })
    expect(await again({ headers: { 'User-Agent': 'curl/8' } })).toMatchObject({ status: 200 })
    expect(lines).toMatchObject(Array(2).fill({ event: 'replayed', data: { elsewhere: true } }))
    const recorded = await server.trail.list({ userId: user.id, kind: 'replayed' })
    expect(recorded.map(({ ip }) => ip)).toEqual(['203.0.113.7', '198.51.100.7'])
  })

  it('has everyday refreshes when asked to debug', async () => {
    const { lines, signUp, refresh } = await start('debug')
    const { refresh_token } = await signUp()
    lines.length = 0
    await refresh(refresh_token)
    expect(lines.map(({ level, message, event }) => [level, message, event])).toEqual([
      ['debug', 'event', 'refreshed'],
      ['info', 'request', undefined],
    ])
  })

  it('says what has failed, and the answer does not', async () => {
    const { lines, signUp, me, database } = await start('warn')
    const { access_token } = await signUp()
    await database.kysely.schema.dropTable('sessions').execute()
    const answer = await me(access_token)
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal_error' } })
    expect(JSON.stringify(answer.body)).not.toContain('sessions')
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'error',
        message: 'request',
        status: 500,
        code: 'internal_error',
        error: expect.objectContaining({
          message: expect.stringContaining('no such table: sessions'),
          stack: expect.stringContaining('Error'),
        }),
      }),
    ])
  })

  it('writes networks where addresses are truncated', async () => {
    const { lines, signUp } = await start('info', { addresses: 'truncated' })
    await signUp()
    expect(new Set(lines.map(({ ip }) => ip))).toEqual(new Set(['203.0.113.0']))
  })

  it('writes nothing when it is off', async () => {
    const { lines, signUp } = await start('off')
    await signUp()
    expect(lines).toEqual([])
  })
})
