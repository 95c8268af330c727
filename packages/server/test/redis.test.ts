import { describe, expect, it, onTestFinished } from 'vitest'
import { openRedis } from '../src/index.ts'
import { createSqlite } from './support/databases.ts'
import { hasRedis, startRedis } from './support/redis.ts'
import { password, startServer } from './support/test-server.ts'

const rateLimits = { account: { points: 2, seconds: 60 }, address: false } as const

describe.skipIf(!hasRedis)('rate limits in Redis', () => {
  async function start() {
    const server = await startRedis()
    onTestFinished(server.stop)
    const redis = await openRedis(server.url)
    onTestFinished(() => redis.close())
    const options = { redis, rateLimits }
    const [here, there] = [
      await startServer(await createSqlite(), options),
      await startServer(await createSqlite(), options),
    ]
    const guess = async (world: typeof here, email: string) =>
      (await world.call('POST', '/login', { body: { email, password } })).status
    return { server, redis, here, there, guess }
  }

  it('are counted by all instances together', async () => {
    const { here, there, guess } = await start()
    expect(await guess(here, 'kim@bar.example')).toBe(401)
    expect(await guess(there, 'kim@bar.example')).toBe(401)
    expect(await guess(here, 'kim@bar.example')).toBe(429)
    expect(await guess(there, 'kim@bar.example')).toBe(429)
    expect(await guess(there, 'lou@bar.example')).toBe(401)
  })

  it('are cleared for all by a success', async () => {
    const { here, there, guess } = await start()
    const { user } = await here.signUp()
    await guess(there, user.email)
    await here.call('POST', '/login', { body: { email: user.email, password } })
    expect(await guess(there, user.email)).toBe(401)
    expect(await guess(there, user.email)).toBe(401)
    expect(await guess(there, user.email)).toBe(429)
  })

  it('hold no address of anybody', async () => {
    const { redis, here, guess } = await start()
    await guess(here, 'kim@bar.example')
    const keys = await redis.client.keys('*')
    expect(keys).toEqual([expect.stringMatching(/^tabkeeper:account:[\w-]{43}$/)])
  })

  it('are counted by each instance for itself while Redis is gone, and together again afterwards', async () => {
    const { server, redis, here, there, guess } = await start()
    await server.stop()
    for (const world of [here, there]) {
      expect(await guess(world, 'kim@bar.example')).toBe(401)
      expect(await guess(world, 'kim@bar.example')).toBe(401)
      expect(await guess(world, 'kim@bar.example')).toBe(429)
    }
    const { user, access_token, refresh_token } = await here.signUp()
    expect(await here.me(access_token)).toMatchObject({ status: 200, body: { user } })
    expect(await here.refresh(refresh_token)).toMatchObject({ status: 200 })
    const ready = new Promise(resolve => redis.client.once('ready', resolve))
    await server.start()
    await ready
    expect(await guess(here, 'lou@bar.example')).toBe(401)
    expect(await guess(there, 'lou@bar.example')).toBe(401)
    expect(await guess(here, 'lou@bar.example')).toBe(429)
  }, 20_000)
})

describe('opening Redis', () => {
  it('says in one sentence what is wrong, without the password', async () => {
    for (const [url, code] of [
      ['http://localhost', 'bad-setting'],
      ['redis://', 'bad-setting'],
      ['redis://:hunter2@127.0.0.1:1/0', 'redis-unreachable'],
    ] as const) {
      const error = await openRedis(url).catch(cause => cause)
      expect(error).toMatchObject({ code })
      expect(error.message).not.toContain('hunter2')
    }
  })
})
