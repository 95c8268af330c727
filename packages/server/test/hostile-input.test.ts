import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { listen } from '../src/node/listen.ts'
import { createSqlite, describeOnBoth, type TestDatabase } from './support/databases.ts'
import { createRandom } from './support/random.ts'
import { startServer } from './support/test-server.ts'
import { throwBytes } from './trials/hostile/hostile-bytes.ts'
import { sendHostileInput } from './trials/hostile/hostile-input.ts'

// `npm run fuzz:input` sends 100,000 to each, looks at the memory, and throws bytes at the port.
const requests = 2_000

describeOnBoth('hostile input', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  it(`row 52: ${requests} requests get no 5xx, and none of them a statement for a token that is not ours`, async () => {
    const report = await sendHostileInput(source, { requests })
    expect(report.breaches).toEqual([])
    expect(report).toMatchObject({ serverErrors: 0, statementsForForged: 0 })
    expect(report.forged).toBeGreaterThan(requests / 4)
    expect(report.taken).toBeGreaterThan(requests / 20)
  }, 600_000)
})

it('row 52: 500 connections with bytes that are almost requests get no 5xx', async () => {
  const { server } = await startServer(await createSqlite())
  const { port, close } = await listen({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' })
  onTestFinished(() => close(0))
  const { answers } = await throwBytes(port, createRandom(52), 500)
  const statuses = Object.keys(answers)
  expect(statuses.filter(status => status.startsWith('5'))).toEqual([])
  expect(statuses).toEqual(expect.arrayContaining(['200', '400', '401', '404', '431']))
}, 60_000)
