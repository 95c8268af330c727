import { type KyselyPlugin, RawNode, WhereNode } from 'kysely'
import { expect, it } from 'vitest'
import { defaultClients } from '../src/index.ts'
import { createSqlite } from './support/databases.ts'
import { minute, password, startServer } from './support/test-server.ts'

const busy = { status: 503, body: { code: 'temporarily_unavailable' } }

/** A server whose every change of a row comes too late from some moment on, as if others were faster. */
async function start(transport: 'bearer' | 'cookie') {
  const source = await createSqlite()
  let isTooLate = false
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) =>
      node.kind === 'UpdateQueryNode'
        ? { ...node, where: WhereNode.create(RawNode.createWithSql('1 = 0')) }
        : node,
    transformResult: async ({ result }) => result,
  }
  const world = await startServer(
    {
      ...source,
      async open(options) {
        const database = await source.open(options)
        const { kysely } = database
        const late = kysely.withPlugin(plugin)
        return Object.defineProperty(database, 'kysely', { get: () => (isTooLate ? late : kysely) })
      },
    },
    {
      clients: { ...defaultClients, default: { ...defaultClients.default, transport } },
      rateLimits: { refresh: { points: 2, seconds: 60 } },
    },
  )
  return {
    ...world,
    loseEveryRace(isLost: boolean) {
      isTooLate = isLost
    },
  }
}

it('a session that others change all the time is no reason to refuse an access token', async () => {
  const { signUp, refresh, me, loseEveryRace } = await start('bearer')
  const { refresh_token } = await signUp()
  const { body } = await refresh(refresh_token)
  loseEveryRace(true)
  expect(await me(body.access_token)).toMatchObject(busy)
  loseEveryRace(false)
  expect(await me(body.access_token)).toMatchObject({ status: 200 })
})

it('… nor a refresh token, and those attempts are not counted', async () => {
  const { signUp, refresh, clock, loseEveryRace } = await start('bearer')
  const { refresh_token } = await signUp()
  await refresh(refresh_token)
  clock.advance(minute)
  loseEveryRace(true)
  for (let attempt = 0; attempt < 3; attempt++)
    expect(await refresh(refresh_token)).toMatchObject(busy)
  loseEveryRace(false)
  expect(await refresh(refresh_token)).toMatchObject({ body: { rotation: 'recovered' } })
})

it('… nor a cookie', async () => {
  const { browse, clock, loseEveryRace } = await start('cookie')
  const browser = browse()
  const email = 'kim@bar.example'
  await browser.post('/register', { body: { email, password } })
  clock.advance(minute)
  loseEveryRace(true)
  expect(await browser.get('/me')).toMatchObject(busy)
  loseEveryRace(false)
  expect(await browser.get('/me')).toMatchObject({ status: 200 })
})
