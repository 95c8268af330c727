import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthServer, generateKeyMaterial, loadKeys } from '../src/index.ts'
import { mintRefreshToken } from '../src/tokens/refresh-token.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { startServer } from './support/test-server.ts'

const old = await generateKeyMaterial()
let next = await generateKeyMaterial()
const idOf = (one: typeof old) => one.refreshTokenKeys.split(':')[0]
while (idOf(next) === idOf(old)) next = await generateKeyMaterial() // once in 256 times
const setOf = (...materials: (typeof old)[]) => ({
  REFRESH_TOKEN_KEYS: materials.map(one => one.refreshTokenKeys).join(','),
  ACCESS_TOKEN_KEYS: JSON.stringify({
    keys: materials.flatMap(one => JSON.parse(one.accessTokenKeys).keys),
  }),
})

describeOnBoth('replacing both keys', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  it('row 51: step by step signs nobody of a crowd out, whichever instance is asked', async () => {
    const keys = await loadKeys({ env: setOf(old) })
    const { database, clock, createUser, createSession, refresh, me } = await startServer(source, {
      keys,
    })
    // What instances have before, while and after one by one gets the next setting.
    const steps = [setOf(old), setOf(old, next), setOf(next, old)]
    const servers = await Promise.all(
      steps.map(async env =>
        createAuthServer({ database, clock, keys: await loadKeys({ env }), rateLimits: false }),
      ),
    )
    // A crowd that refreshes all the time, now here and now there.
    const user = await createUser()
    const sessions = await Promise.all(Array.from({ length: 10 }, () => createSession(user)))
    let tokens = sessions.map(({ id, secret }) => ({
      refresh_token: mintRefreshToken(keys.refresh, { sessionId: id, generation: 0, secret }),
      access_token: '',
    }))
    for (let step = 0; step < steps.length; step++) {
      const [before, after] = [servers[Math.max(0, step - 1)], servers[step]]
      const instances = [before, after, before, after]
      for (let round = 0; round < instances.length; round++) {
        const answers = await Promise.all(
          tokens.map(({ refresh_token }, index) =>
            refresh(refresh_token, instances[(round + index) % instances.length]),
          ),
        )
        const rotated = { status: 200, body: { rotation: 'rotated' } }
        expect(answers).toMatchObject(tokens.map(() => rotated))
        tokens = answers.map(({ body }) => body)
        const checks = tokens.flatMap(({ access_token }) => [
          me(access_token, before),
          me(access_token, after),
        ])
        expect((await Promise.all(checks)).map(({ status }) => status)).toEqual(
          checks.map(() => 200),
        )
      }
    }
    // The old keys may go when no token of theirs is left: here, after one more refresh.
    const newest = servers.at(-1)
    const answers = await Promise.all(
      tokens.map(({ refresh_token }) => refresh(refresh_token, newest)),
    )
    tokens = answers.map(({ body }) => body)
    const last = await createAuthServer({
      database,
      clock,
      keys: await loadKeys({ env: setOf(next) }),
      rateLimits: false,
    })
    for (const { access_token, refresh_token } of tokens) {
      expect(await me(access_token, last)).toMatchObject({ status: 200 })
      expect(await refresh(refresh_token, last)).toMatchObject({ status: 200 })
    }
  }, 30_000)
})
