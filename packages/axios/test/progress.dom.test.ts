// @vitest-environment jsdom
import { withAutoRefresh } from '@tabkeeper/axios'
import { openStage, until } from '@tabkeeper/testing'
import axios from 'axios'
import { expect, it } from 'vitest'

/** An instance over XMLHttpRequest, and a path whose answers come in halves: `halves` has what sends the second of each. */
async function openHalves(status: number) {
  const { server, source, refreshTo } = await openStage()
  const halves: (() => void)[] = []
  server.on('/story', ({ token }, response) => {
    const isFirst = token === 'T0'
    const half = isFirst ? 'one' : 'half'
    response.writeHead(isFirst ? status : 200, { 'Content-Length': 2 * half.length }).write(half)
    halves.push(() => response.end(half))
  })
  const told: number[] = []
  return {
    api: axios.create({ baseURL: server.origin, adapter: 'xhr', responseType: 'text' }),
    source,
    refreshTo,
    told,
    halves,
    onDownloadProgress: ({ loaded }: { loaded: number }) => void told.push(loaded),
  }
}

it('tells a download as it comes where the status is known', async () => {
  const { api, source, told, onDownloadProgress, halves } = await openHalves(200)

  const answer = withAutoRefresh(api, source).get('/story', { onDownloadProgress })
  await until(() => told.length > 0)
  expect(told).toEqual([3])
  halves[0]?.()

  expect((await answer).data).toBe('oneone')
  await until(() => told.at(-1) === 6)
})

it('tells nothing of a refusal that is replaced, in however many pieces it comes', async () => {
  const { api, source, refreshTo, told, onDownloadProgress, halves } = await openHalves(401)

  const answer = withAutoRefresh(api, source).get('/story', { onDownloadProgress })
  await until(() => halves.length === 1)
  halves[0]?.()
  await refreshTo('T1')
  await until(() => halves.length === 2)
  halves[1]?.()

  expect((await answer).data).toBe('halfhalf')
  await until(() => told.at(-1) === 8)
  expect(told).not.toContain(3)
  expect(told).not.toContain(6)
})

it('tells a refusal that is the answer', async () => {
  const { api, source, told, onDownloadProgress, halves } = await openHalves(401)
  source.expire()

  const answer = withAutoRefresh(api, source).get('/story', { onDownloadProgress })
  await until(() => source.waiting === 1)
  source.grant('T0')
  await until(() => halves.length === 1)
  halves[0]?.()

  await expect(answer).rejects.toMatchObject({ response: { data: 'oneone' } })
  await until(() => told.at(-1) === 6)
})
