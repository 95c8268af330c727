import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { type Answer, day, hour, minute, second, startServer } from './support/test-server.ts'

const grace = 30 * second

describeOnBoth('rotation', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  /** A session that has been refreshed `times` times, each answer used. */
  async function start(times = 0, options: Parameters<typeof startServer>[1] = {}) {
    const world = await startServer(source, options)
    const user = await world.createUser()
    const session = await world.createSession(user, 'default', true)
    let current = session.refreshToken
    for (let generation = 1; generation <= times; generation++) {
      world.clock.advance(minute)
      const { body } = await world.refresh(current)
      expect(await world.me(body.access_token)).toMatchObject({ status: 200 })
      current = body.refresh_token
    }
    return { ...world, user, session, current, token: (n: number) => world.mint(session, n) }
  }

  describe('a refresh', () => {
    it('makes the next generation', async () => {
      const { refresh, session, token, row } = await start()
      const answer = await refresh(token(0))
      expect(answer).toMatchObject({ status: 200, body: { rotation: 'rotated' } })
      expect(answer.body.refresh_token).toBe(token(1))
      expect(await row(session.id)).toMatchObject({ gen: 1, parent_gen: 0, confirmed_gen: 0 })
    })

    it('C10: gives the same successor to a retry whose answer was lost 15 seconds ago', async () => {
      const { refresh, token, clock, row, session } = await start()
      await refresh(token(0))
      clock.advance(15 * second)
      const before = await row(session.id)
      const retry = await refresh(token(0))
      expect(retry).toMatchObject({ status: 200, body: { rotation: 'replayed' } })
      expect(retry.body.refresh_token).toBe(token(1))
      expect(await row(session.id)).toEqual(before)
    })

    it('gives an access token of the newest generation to a replay', async () => {
      const { refresh, me, token } = await start()
      await refresh(token(0))
      const { body } = await refresh(token(0))
      expect(await me(body.access_token)).toMatchObject({ status: 200 })
    })

    it('goes on from a lost answer six days later', async () => {
      const { refresh, me, token, clock } = await start()
      await refresh(token(0))
      clock.advance(6 * day)
      const recovered = await refresh(token(0))
      expect(recovered).toMatchObject({ status: 200, body: { rotation: 'recovered' } })
      expect(recovered.body.refresh_token).toBe(token(2))
      expect(await me(recovered.body.access_token)).toMatchObject({ status: 200 })
    })

    it('recovers again when the recovered answer is lost too', async () => {
      const { refresh, token, clock } = await start(2)
      await refresh(token(2))
      clock.advance(hour)
      await refresh(token(2))
      clock.advance(10 * second)
      expect(await refresh(token(2))).toMatchObject({ body: { rotation: 'replayed' } })
      clock.advance(hour)
      const again = await refresh(token(2))
      expect(again).toMatchObject({ status: 200, body: { rotation: 'recovered' } })
      expect(again.body.refresh_token).toBe(token(5))
    })

    it('proves the token that it presents, also without a request in between', async () => {
      const { refresh, token, clock } = await start()
      for (const generation of [0, 1, 2]) {
        clock.advance(hour)
        await refresh(token(generation))
      }
      clock.advance(hour)
      expect(await refresh(token(2))).toMatchObject({ body: { rotation: 'recovered' } })
      clock.advance(hour)
      expect(await refresh(token(1))).toMatchObject({ body: { code: 'refresh_token_reused' } })
    })

    it('keeps the window open for a tab that is several generations behind, at most twice the grace', async () => {
      const { refresh, token, clock } = await start(0)
      await refresh(token(0))
      clock.advance(25 * second)
      await refresh(token(1))
      clock.advance(25 * second)
      await refresh(token(2))
      expect(await refresh(token(0))).toMatchObject({ status: 200, body: { rotation: 'replayed' } })
      clock.advance(15 * second)
      await refresh(token(3)) // 65 seconds after the window opened: it starts anew
      expect(await refresh(token(0))).toMatchObject({ body: { code: 'refresh_token_reused' } })
    })

    it('counts the grace to its last millisecond', async () => {
      const { refresh, token, clock, current, me } = await start(1)
      const { body } = await refresh(current)
      await me(body.access_token)
      clock.advance(grace)
      expect(await refresh(token(1))).toMatchObject({ status: 200 })
      clock.advance(1)
      expect(await refresh(token(1))).toMatchObject({ body: { code: 'refresh_token_reused' } })
    })

    it('without grace refuses everything but the newest token', async () => {
      const { refresh, me, token, clock } = await start(0, { grace: 0 })
      const { body } = await refresh(token(0))
      await me(body.access_token)
      clock.advance(1)
      expect(await refresh(token(0))).toMatchObject({ body: { code: 'refresh_token_reused' } })
    })
  })

  describe('a theft', () => {
    it('C10, row 33: is seen when an old token comes after its successor was used', async () => {
      const { refresh, me, token, current, clock, kinds } = await start(3)
      clock.advance(grace + 1)
      expect(await refresh(token(1))).toMatchObject({
        status: 401,
        body: { code: 'refresh_token_reused', reason: 'reuse_detected', error: 'invalid_grant' },
      })
      expect(await refresh(current)).toMatchObject({
        status: 401,
        body: { code: 'session_revoked', reason: 'reuse_detected' },
      })
      expect(kinds().filter(kind => kind === 'reuse-detected')).toHaveLength(1)
      expect(await me(current)).toMatchObject({ status: 401 })
    })

    it('ends only the session that it happened to', async () => {
      const world = await start(2)
      const other = await world.createSession(world.user)
      world.clock.advance(hour)
      expect(await world.refresh(world.token(0))).toMatchObject({ status: 401 })
      expect(await world.refresh(other.refreshToken)).toMatchObject({ status: 200 })
    })

    it('is seen when the thief rotated silently and the victim recovers', async () => {
      const { refresh, token, clock } = await start(1)
      const stolen = token(1)
      const { body: thiefs } = await refresh(stolen) // never used for a request: not proven
      clock.advance(hour)
      expect(await refresh(token(1))).toMatchObject({ body: { rotation: 'recovered' } })
      expect(await refresh(thiefs.refresh_token)).toMatchObject({
        status: 401,
        body: { code: 'refresh_token_reused' },
      })
    })

    it('is seen when the thief used what it got', async () => {
      const { refresh, me, token, clock } = await start(1)
      const { body } = await refresh(token(1))
      await me(body.access_token)
      clock.advance(hour)
      expect(await refresh(token(1))).toMatchObject({ body: { code: 'refresh_token_reused' } })
    })

    it('row 36: is seen although both rotations happened in one millisecond', async () => {
      const { refresh, me, token, clock } = await start()
      await refresh(token(0))
      const { body } = await refresh(token(1))
      await me(body.access_token)
      clock.advance(grace + 1)
      expect(await refresh(token(0))).toMatchObject({ body: { code: 'refresh_token_reused' } })
    })

    it('leaves nothing to the access tokens of burned generations', async () => {
      const { refresh, me, token, clock } = await start()
      const { body: burned } = await refresh(token(0))
      clock.advance(minute)
      const { body: recovered } = await refresh(token(0))
      const refusal = { status: 401, body: { code: 'invalid_access_token' } }
      expect(await me(burned.access_token)).toMatchObject(refusal)
      expect(await me(recovered.access_token)).toMatchObject({ status: 200 })
      expect(await me(burned.access_token)).toMatchObject(refusal)
    })
  })

  describe('a refusal', () => {
    it('row 34: of a forged token costs no statement and changes nothing', async () => {
      const { refresh, statements, token, session, row } = await start()
      const forged = `${token(0).slice(0, -1)}${token(0).endsWith('A') ? 'B' : 'A'}`
      const before = await row(session.id)
      statements.length = 0
      for (const bad of [forged, 'srt1_', '', 'x'.repeat(101), `srt1_${'A'.repeat(96)}`]) {
        expect(await refresh(bad)).toMatchObject({
          status: 401,
          body: { code: 'invalid_refresh_token' },
        })
      }
      expect(statements).toEqual([])
      expect(await row(session.id)).toEqual(before)
    })

    it('row 34: with another secret leaves the session alone, whatever its generation', async () => {
      const { refresh, mint, session, row, current, clock } = await start(2)
      clock.advance(hour)
      const before = await row(session.id)
      const other = { id: session.id, secret: Buffer.alloc(18, 7) }
      for (const generation of [0, 1, 2, 3]) {
        expect(await refresh(mint(other, generation))).toMatchObject({
          status: 401,
          body: { code: 'invalid_refresh_token' },
        })
      }
      expect(await row(session.id)).toEqual(before)
      expect(await refresh(current)).toMatchObject({ status: 200 })
    })

    it('of a generation that was never issued raises an alarm and keeps the session', async () => {
      const { refresh, token, current, kinds } = await start(1)
      expect(await refresh(token(7))).toMatchObject({
        status: 401,
        body: { code: 'invalid_refresh_token' },
      })
      expect(kinds()).toContain('generation-ahead')
      expect(await refresh(current)).toMatchObject({ status: 200 })
    })

    it('of another family secret keeps the session', async () => {
      const { refresh, mint, session, current } = await start(1)
      const other = mint({ id: session.id, secret: Buffer.alloc(18, 7) }, 1)
      expect(await refresh(other)).toMatchObject({ body: { code: 'invalid_refresh_token' } })
      expect(await refresh(current)).toMatchObject({ status: 200 })
    })

    it('of an unknown session says no more than a forged token', async () => {
      const { refresh, mint, session } = await start()
      const unknown = mint({ id: crypto.randomUUID(), secret: session.secret }, 0)
      expect(await refresh(unknown)).toMatchObject({ body: { code: 'invalid_refresh_token' } })
    })

    it('row 37: of a token at the wrong client keeps the session', async () => {
      const { refresh, current } = await start(1)
      expect(await refresh(current, undefined, 'admin')).toMatchObject({
        status: 401,
        body: { code: 'invalid_refresh_token' },
      })
      expect(await refresh(current)).toMatchObject({ status: 200 })
    })

    it('row 5: comes when nobody refreshed for seven days, though nobody has cleaned up', async () => {
      const { refresh, token, clock } = await start()
      clock.advance(7 * day - 1)
      expect(await refresh(token(0))).toMatchObject({ status: 200 })
      clock.advance(7 * day)
      expect(await refresh(token(1))).toMatchObject({
        status: 401,
        body: { code: 'session_expired' },
      })
    })

    it('row 6: comes on day 30 however often the session was refreshed', async () => {
      const { refresh, session, clock } = await start()
      let current = session.refreshToken
      for (let days = 1; days < 30; days++) {
        clock.advance(day)
        const { status, body } = await refresh(current)
        expect(status).toBe(200)
        expect(Date.parse(body.session.expires_at)).toBeLessThanOrEqual(
          Date.parse(body.session.absolute_expires_at),
        )
        current = body.refresh_token
      }
      clock.advance(day)
      expect(await refresh(current)).toMatchObject({ body: { code: 'session_expired' } })
    })

    it('C10: comes after logout even inside the grace window', async () => {
      const { refresh, call, token } = await start()
      await refresh(token(0))
      await call('POST', '/logout', { body: { refresh_token: token(1) } })
      for (const generation of [0, 1]) {
        expect(await refresh(token(generation))).toMatchObject({
          status: 401,
          body: { code: 'session_revoked', reason: 'logout' },
        })
      }
    })

    it('comes while the account is disabled, and ends with that', async () => {
      const { refresh, me, server, user, token } = await start()
      const { body } = await refresh(token(0))
      await server.users.setDisabled(user.id, true)
      const disabled = { status: 401, body: { code: 'account_disabled' } }
      expect(await refresh(token(1))).toMatchObject(disabled)
      expect(await me(body.access_token)).toMatchObject(disabled)
      await server.users.setDisabled(user.id, false)
      expect(await refresh(token(1))).toMatchObject({ status: 200 })
    })
  })

  describe('a verified request', () => {
    it('is one read', async () => {
      const { refresh, me, token, statements } = await start()
      const { body } = await refresh(token(0))
      await me(body.access_token)
      statements.length = 0
      await me(body.access_token)
      expect(statements).toHaveLength(1)
      expect(statements[0]).toMatch(/^select .* from "sessions" inner join "users"/)
    })

    it('proves a new generation with one write, before it is answered', async () => {
      const { refresh, me, token, statements, row, session } = await start()
      const { body } = await refresh(token(0))
      expect(await row(session.id)).toMatchObject({ confirmed_gen: 0 })
      statements.length = 0
      await me(body.access_token)
      expect(statements.map(sql => sql.split(' ')[0])).toEqual(['select', 'update'])
      expect(await row(session.id)).toMatchObject({ confirmed_gen: 1 })
    })

    it('notes that the session was seen at most once a minute', async () => {
      const { refresh, me, token, statements, clock } = await start()
      const { body } = await refresh(token(0))
      await me(body.access_token)
      const writes = async () => {
        statements.length = 0
        await me(body.access_token)
        return statements.filter(sql => sql.startsWith('update')).length
      }
      clock.advance(minute - 1)
      expect(await writes()).toBe(0)
      clock.advance(1)
      expect(await writes()).toBe(1)
      expect(await writes()).toBe(0)
    })

    it('accepts the access token of an earlier, proven generation until it expires', async () => {
      const { refresh, me, token, clock } = await start()
      const { body: first } = await refresh(token(0))
      await me(first.access_token)
      const { body: second_ } = await refresh(token(1))
      await me(second_.access_token)
      expect(await me(first.access_token)).toMatchObject({ status: 200 })
      clock.advance(30 * minute)
      expect(await me(first.access_token)).toMatchObject({ body: { code: 'invalid_access_token' } })
    })
  })

  describe('at the same moment', () => {
    const accepted = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 200)
    const count = (answers: readonly Answer[], rotation: string) =>
      accepted(answers).filter(({ body }) => body.rotation === rotation).length

    it('20 refreshes of each of 200 sessions on all instances make one generation each', async () => {
      const world = await start(0, { pools: source.pools, maxSessions: 1_000 })
      const sessions = await Promise.all(
        Array.from({ length: 200 }, () => world.createSession(world.user)),
      )
      const answers = await Promise.all(
        Array.from({ length: 20 }).flatMap((_, attempt) =>
          sessions.map(({ refreshToken }) =>
            world.refresh(refreshToken, world.servers[attempt % world.servers.length]),
          ),
        ),
      )
      expect(accepted(answers)).toHaveLength(sessions.length * 20)
      expect(count(answers, 'rotated')).toBe(sessions.length)
      expect(count(answers, 'replayed')).toBe(sessions.length * 19)
      const successors = new Set(answers.map(({ body }) => body.refresh_token))
      expect(successors).toEqual(new Set(sessions.map(session => world.mint(session, 1))))
    }, 60_000)

    it('8 late recoveries of each session converge on one successor', async () => {
      const world = await start(0, { pools: source.pools, maxSessions: 1_000 })
      const sessions = await Promise.all(
        Array.from({ length: source.pools === 1 ? 20 : 100 }, () =>
          world.createSession(world.user),
        ),
      )
      await Promise.all(sessions.map(({ refreshToken }) => world.refresh(refreshToken)))
      world.clock.advance(hour)
      const answers = await Promise.all(
        Array.from({ length: 8 }).flatMap((_, attempt) =>
          sessions.map(({ refreshToken }) =>
            world.refresh(refreshToken, world.servers[attempt % world.servers.length]),
          ),
        ),
      )
      expect(accepted(answers)).toHaveLength(sessions.length * 8)
      expect(count(answers, 'recovered')).toBe(sessions.length)
      const successors = new Set(answers.map(({ body }) => body.refresh_token))
      expect(successors).toEqual(new Set(sessions.map(session => world.mint(session, 2))))
    }, 60_000)

    it('a late recovery and the use of what it thought lost never both succeed', async () => {
      const world = await start(0, { pools: source.pools, maxSessions: 1_000 })
      const sessions = await Promise.all(
        Array.from({ length: 100 }, () => world.createSession(world.user)),
      )
      const arrived = await Promise.all(
        sessions.map(({ refreshToken }) => world.refresh(refreshToken)),
      )
      world.clock.advance(minute)
      const outcomes = await Promise.all(
        sessions.map(({ refreshToken }, index) =>
          Promise.all([
            world.refresh(refreshToken, world.servers[index % world.servers.length]),
            world.me(arrived[index]?.body.access_token),
          ]),
        ),
      )
      for (const [recovery, use] of outcomes) {
        expect([recovery.status, use.status].sort()).toEqual([200, 401])
      }
    }, 60_000)

    it('row 35: 1,000 refreshes of one token make one generation', async () => {
      const { refresh, servers, token, row, session } = await start(0, { pools: source.pools })
      const answers = await Promise.all(
        Array.from({ length: 1_000 }, (_, index) =>
          refresh(token(0), servers[index % servers.length]),
        ),
      )
      expect(count(answers, 'rotated')).toBe(1)
      expect(count(answers, 'replayed')).toBe(999)
      expect(await row(session.id)).toMatchObject({ gen: 1 })
    }, 60_000)

    it('50 sign-ins with a limit of 5 leave exactly 5 sessions', async () => {
      const world = await start(0, { pools: source.pools, maxSessions: 5 })
      const user = await world.createUser()
      await Promise.all(Array.from({ length: 50 }, () => world.createSession(user)))
      expect(await world.server.store.listUserSessions(user.id)).toMatchObject({ total: 5 })
      expect(world.kinds().filter(kind => kind === 'evicted')).toHaveLength(45)
    }, 60_000)
  })
})
