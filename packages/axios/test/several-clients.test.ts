import { withAutoRefresh } from '@tabkeeper/axios'
import { createSession, memoryArea } from '@tabkeeper/core'
import { withAutoRefresh as withFetchRefresh } from '@tabkeeper/fetch'
import { serveBar } from '@tabkeeper/testing/browser'
import axios from 'axios'
import { expect, it } from 'vitest'
import { otherAdapter } from './axios-client.ts'

it('shares one refresh between three axios instances and a fetch', async () => {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead }
  await using bar = await serveBar({ clock, accessTokenTtl: 60_000 })
  using session = createSession({
    app: 'admin',
    authUrl: `${bar.origin}/api/auth`,
    storage: memoryArea(),
  })
  await session.login(bar.account)
  const orders = `${bar.origin}/api/orders`
  const instances = ['http', otherAdapter, 'http'].map(adapter =>
    withAutoRefresh(axios.create({ adapter }), session),
  )
  const call = withFetchRefresh(fetch, session)
  clock.ahead = 2 * 60_000 // for the server alone: the client thinks that its token is good

  const answers = await Promise.all([
    ...instances.flatMap(api => [api.get(orders), api.get(orders)]),
    call(orders),
    call(orders),
  ])

  expect(answers.map(answer => answer.status)).toEqual(Array(8).fill(200))
  expect(bar.counts).toMatchObject({ refreshes: 1, requests: 16, refused: 8 })
})
