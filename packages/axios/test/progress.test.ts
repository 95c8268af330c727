import { withAutoRefresh } from '@tabkeeper/axios'
import { openStage } from '@tabkeeper/testing'
import axios, { type AxiosProgressEvent, type AxiosRequestConfig } from 'axios'
import { describe, expect, it, vi } from 'vitest'
import { nodeAdapters } from './axios-client.ts'

/** Writes down what the callbacks are told. */
function record() {
  const told: string[] = []
  const note = (what: string) => (event: AxiosProgressEvent) =>
    void told.push(`${what} ${event.loaded}`)
  const callbacks = { onUploadProgress: note('up'), onDownloadProgress: note('down') }
  return { told, callbacks }
}

describe.each(nodeAdapters)('progress over %s', adapter => {
  it('H12: is told as often as without a replay', async () => {
    const { server, source, revoke, refreshTo } = await openStage()
    const api = axios.create({ baseURL: server.origin, adapter } as AxiosRequestConfig)
    const body = Buffer.alloc(5000, 'x')
    const bare = record()
    await api.post('/orders', body, {
      ...bare.callbacks,
      headers: { Authorization: 'Bearer T0' },
    })
    await vi.waitFor(() => expect(bare.told).toEqual(['up 5000', 'down 5000']), { timeout: 15_000 })

    revoke()
    const replayed = record()
    const answer = withAutoRefresh(api, source).post('/orders', body, replayed.callbacks)
    await refreshTo('T1')
    const { config } = await answer

    expect(server.requests).toHaveLength(3)
    await vi.waitFor(() => expect(replayed.told).toEqual(['up 5000', 'down 5000']), {
      timeout: 15_000,
    })
    expect(config.onUploadProgress).toBe(replayed.callbacks.onUploadProgress)
    expect(config.onDownloadProgress).toBe(replayed.callbacks.onDownloadProgress)
  })

  it('is told in time when nothing is replayed', async () => {
    const { server, source } = await openStage()
    const api = axios.create({ baseURL: server.origin, adapter } as AxiosRequestConfig)
    const { told, callbacks } = record()

    await withAutoRefresh(api, source).post('/orders', 'x'.repeat(5000), callbacks)

    await vi.waitFor(() => expect(told).toEqual(['up 5000', 'down 5000']), { timeout: 15_000 })
  })

  it('tells the download of a refusal that is the answer', async () => {
    const { server, source, refreshTo } = await openStage()
    const api = axios.create({ baseURL: server.origin, adapter } as AxiosRequestConfig)
    const { told, callbacks } = record()
    server.on('/orders', (_, response) => response.writeHead(401).end('no!'))

    const answer = withAutoRefresh(api, source).get('/orders', {
      ...callbacks,
      validateStatus: () => true,
    })
    await refreshTo('T1')

    expect((await answer).data).toBe('no!')
    await vi.waitFor(() => expect(told).toEqual(['down 3']), { timeout: 15_000 })
  })
})

it('does not tell the download of a refusal when the session ends instead', async () => {
  const { server, source } = await openStage()
  const api = withAutoRefresh(axios.create({ baseURL: server.origin }), source)
  const { told, callbacks } = record()
  server.on('/orders', (_, response) => response.writeHead(401).end('no!'))

  const answer = api.get('/orders', callbacks)
  await expect.poll(() => source.waiting).toBe(1)
  source.deny()

  await expect(answer).rejects.toMatchObject({ code: 'session-ended' })
  expect(told).toEqual([])
})

it('goes on upwards when a replay gets further, and hears nothing more of the first attempt', async () => {
  const { server, source } = await openStage()
  const { told, callbacks } = record()
  const ratio = { lengthComputable: true, total: 100, bytes: 1 }
  let late: AxiosRequestConfig['onDownloadProgress']
  const api = axios.create({
    baseURL: server.origin,
    async adapter(config) {
      const isFirst = config.headers.Authorization === 'Bearer T0'
      if (isFirst) late = config.onDownloadProgress
      else late?.({ ...ratio, loaded: 99 })
      for (const loaded of isFirst ? [10, 30] : [10, 60, 100]) {
        config.onUploadProgress?.({ ...ratio, loaded })
        config.onDownloadProgress?.({ ...ratio, loaded })
      }
      return { status: isFirst ? 401 : 200, statusText: '', headers: {}, data: '', config }
    },
  })

  const answer = withAutoRefresh(api, source).post('/orders', 'x', callbacks)
  await expect.poll(() => source.waiting).toBe(1)
  source.grant('T1')
  await answer

  expect(told.filter(entry => entry.startsWith('up'))).toEqual([
    'up 10',
    'up 30',
    'up 60',
    'up 100',
  ])
  expect(told).not.toContain('down 99')
})
