import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { password, startServer } from './support/test-server.ts'

const plain = {
  hash: async (text: string) => `plain ${text}`,
  verify: async (stored: string | null, text: string) => stored === `plain ${text}`,
  isOutdated: () => false,
}

describeOnBoth('guessing at an account', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  const start = () =>
    startServer(source, { passwords: plain, rateLimits: { account: { points: 3, seconds: 60 } } })

  it('row 43: is the same work for nobody, for a wrong password and for a disabled account', async () => {
    let checked = 0
    const passwords = {
      ...plain,
      verify(stored: string | null, text: string) {
        checked++
        return plain.verify(stored, text)
      },
    }
    const { call, signUp, server, statements } = await startServer(source, { passwords })
    const [kim, lou] = [await signUp(), await signUp()]
    await server.users.setDisabled(lou.user.id, true)
    const costs = []
    for (const [email, given] of [
      [kim.user.email, 'wrong'],
      ['nobody@bar.example', 'wrong'],
      [lou.user.email, 'wrong'],
      [lou.user.email, password],
    ]) {
      checked = 0
      statements.length = 0
      const { status, body } = await call('POST', '/login', { body: { email, password: given } })
      costs.push({ status, code: body.code, checked, statements: [...statements] })
    }
    expect(costs[0]).toMatchObject({ status: 401, code: 'invalid_credentials', checked: 1 })
    for (const cost of costs) expect(cost).toEqual(costs[0])
  })

  it('row 41: is counted together however the name is written', async () => {
    const { call, server } = await start()
    const composed = `jos\u00e9-${Math.random()}@bar.example`
    const decomposed = composed.normalize('NFD')
    await server.users.create({ email: composed, password, role: 'user' })
    const guess = (username: string, given = 'wrong') =>
      call('POST', '/login', { body: { username, password: given } })
    expect(await guess(composed)).toMatchObject({ status: 401 })
    expect(await guess(` ${composed.toUpperCase()}`)).toMatchObject({ status: 401 })
    expect(await guess(decomposed)).toMatchObject({ status: 401 })
    expect(await guess(decomposed, password)).toMatchObject({ status: 429 })
    expect(await guess(composed, password)).toMatchObject({ status: 429 })
  })

  it('row 41: is counted together from all addresses of one IPv6 network', async () => {
    const { call, signUp } = await start()
    const { user } = await signUp()
    const guess = (ip: string) =>
      call('POST', '/login', { ip, body: { email: user.email, password: 'wrong' } })
    expect(await guess('2001:db8:1:2::1')).toMatchObject({ status: 401 })
    expect(await guess('2001:db8:1:2:ffff::2')).toMatchObject({ status: 401 })
    expect(await guess('2001:DB8:0001:2:0:0:0:3')).toMatchObject({ status: 401 })
    expect(await guess('2001:db8:1:2::4')).toMatchObject({ status: 429 })
    expect(await guess('2001:db8:1:3::4')).toMatchObject({ status: 401 })
  })
})
