import { describe, expect, it, onTestFinished } from 'vitest'
import { adminUrl, createPostgres, hasPostgres } from './support/databases.ts'
import { openStream } from './support/event-stream.ts'
import { password, startServer } from './support/test-server.ts'
import { createWire } from './support/wire.ts'

describe.skipIf(!hasPostgres)('while PostgreSQL is away', () => {
  it('row 63: every answer is 503 with a time to come back, and afterwards everybody is still signed in', async () => {
    const source = await createPostgres()
    onTestFinished(() => source.drop())
    const wire = await createWire(new URL(adminUrl))
    onTestFinished(wire.cut)
    const { call, refresh, me, signUp, server } = await startServer({
      ...source,
      open: options => source.open({ ...options, through: wire.port, connectTimeout: 300 }),
    })
    const { access_token, refresh_token } = await signUp()

    for (const goAway of [wire.cut, wire.freeze]) {
      await goAway()
      for (const answer of [
        await me(access_token),
        await refresh(refresh_token),
        await call('POST', '/logout', { token: access_token }),
      ]) {
        expect(answer).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } })
        expect(answer.headers.get('Retry-After')).toBe('1')
      }
      const refusal = await server.verify(
        new Request('http://bar.example', { headers: { Authorization: `Bearer ${access_token}` } }),
      )
      expect(refusal).toMatchObject({ status: 503 })
      expect(await server.isReady()).toBe(false)

      await wire.mend()
      expect(await server.isReady()).toBe(true)
      expect(await me(access_token)).toMatchObject({ status: 200 })
      expect(await refresh(refresh_token)).toMatchObject({ status: 200 })
    }
  }, 20_000)

  it('row 63: attempts that could not be answered are not counted against those who come back', async () => {
    const source = await createPostgres()
    onTestFinished(() => source.drop())
    const wire = await createWire(new URL(adminUrl))
    onTestFinished(wire.cut)
    const twice = { points: 2, seconds: 60 }
    const { call, refresh, signUp } = await startServer(
      { ...source, open: options => source.open({ ...options, through: wire.port }) },
      { rateLimits: { refresh: twice, account: twice, address: { points: 4, seconds: 60 } } },
    )
    const { user, refresh_token } = await signUp()
    const body = { email: user.email, password: 'a guess' }
    const attempts = {
      refresh: () => refresh(refresh_token),
      signIn: () => call('POST', '/login', { body }),
      register: () => call('POST', '/register', { body: { email: 'new@bar.example', password } }),
    }
    await wire.cut()
    for (const attempt of Object.values(attempts)) {
      for (let time = 0; time < 5; time++) expect(await attempt()).toMatchObject({ status: 503 })
    }
    await wire.mend()
    for (const [attempt, status] of [
      [attempts.refresh, 200],
      [attempts.signIn, 401],
    ] as const) {
      expect(await attempt()).toMatchObject({ status })
      expect(await attempt()).toMatchObject({ status })
      expect(await attempt()).toMatchObject({ status: 429 })
    }
  }, 20_000)

  it('a connection that is cut in the middle of a sign-in is a 503, too', async () => {
    const source = await createPostgres()
    onTestFinished(() => source.drop())
    const wire = await createWire(new URL(adminUrl))
    onTestFinished(wire.cut)
    let isDoomed = false
    const { call, signUp } = await startServer({
      ...source,
      open: () =>
        source.open({
          through: wire.port,
          onStatement(sql) {
            if (isDoomed && sql.includes('for no key update')) void wire.cut()
          },
        }),
    })
    const { user, password } = await signUp()
    const signIn = () => call('POST', '/login', { body: { email: user.email, password } })
    isDoomed = true
    expect(await signIn()).toMatchObject({ status: 503 })
    isDoomed = false
    await wire.mend()
    expect(await signIn()).toMatchObject({ status: 200 })
  }, 20_000)

  it('streams of events stay open, and hear of what they missed', async () => {
    const source = await createPostgres()
    onTestFinished(() => source.drop())
    const wire = await createWire(new URL(adminUrl))
    onTestFinished(wire.cut)
    const { signUp, server, database } = await startServer({
      ...source,
      open: options => source.open({ ...options, through: wire.port, connectTimeout: 300 }),
    })
    const { access_token, session } = await signUp()
    const stream = await openStream(server, { Authorization: `Bearer ${access_token}` })
    await wire.cut()
    const direct = await source.open()
    const values = { revoked_at: new Date().toISOString(), revoke_reason: 'meanwhile' }
    await direct.kysely.updateTable('sessions').set(values).where('id', '=', session.id).execute()
    await direct.close()
    await wire.mend()
    // Nobody turns the clock: it is the connection that comes back and looks.
    expect((await stream.next())?.data).toMatchObject({ reason: 'meanwhile' })
    expect(await stream.next()).toBeNull()
    expect(database.dialect).toBe('postgres')
  }, 20_000)
})
