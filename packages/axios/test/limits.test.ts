import { withAutoRefresh } from '@tabkeeper/axios'
import { createHandTurnedSource } from '@tabkeeper/testing'
import axios, { AxiosError } from 'axios'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const ORIGIN = 'https://api.example'

/** An instance with a token that has run out, and an adapter that answers as it is told. */
function openWaiting() {
  const source = createHandTurnedSource('T0', [ORIGIN])
  source.expire()
  const sent: { timeout: unknown; timeoutErrorMessage: unknown }[] = []
  const api = axios.create({
    baseURL: ORIGIN,
    async adapter(config) {
      const { timeout, timeoutErrorMessage } = config
      sent.push({ timeout, timeoutErrorMessage })
      return { status: 200, statusText: 'OK', headers: {}, data: '', config }
    },
  })
  return { source, sent, api: withAutoRefresh(api, source) }
}

/** Lets promises settle, and no time pass. */
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it.each([
  [{}, 'ECONNABORTED', 'timeout of 300ms exceeded'],
  [{ transitional: { clarifyTimeoutError: true } }, 'ETIMEDOUT', 'timeout of 300ms exceeded'],
  [{ timeoutErrorMessage: 'too slow' }, 'ECONNABORTED', 'too slow'],
])(
  'ends a wait that takes longer than the time-out as axios would: %j',
  async (options, code, message) => {
    const { api, source, sent } = openWaiting()

    const answer = api.get('/orders', { timeout: 300, ...options }).catch(error => error)
    await vi.advanceTimersByTimeAsync(299)
    expect(source.waiting).toBe(1)
    await vi.advanceTimersByTimeAsync(1)

    const error = await answer
    expect(error).toBeInstanceOf(AxiosError)
    expect(error).toMatchObject({ code, message, config: { url: '/orders', timeout: 300 } })
    source.grant('T1')
    await settle()
    expect(sent).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  },
)

it('leaves the adapter what waiting has left of the time-out, and the config as it was', async () => {
  const { api, source, sent } = openWaiting()

  const answer = api.get('/orders', { timeout: 300 })
  await vi.advanceTimersByTimeAsync(120)
  source.grant('T1')

  const { config } = await answer
  expect(sent).toEqual([{ timeout: 180, timeoutErrorMessage: 'timeout of 300ms exceeded' }])
  expect(config.timeout).toBe(300)
  expect(config.timeoutErrorMessage).toBeUndefined()
  expect(vi.getTimerCount()).toBe(0)
})

it('does not touch the time-out of a request that need not wait', async () => {
  const { api, source, sent } = openWaiting()
  source.age()

  await api.get('/orders', { timeout: 300 })

  expect(sent).toEqual([{ timeout: 300, timeoutErrorMessage: undefined }])
  expect(vi.getTimerCount()).toBe(0)
})

it('lets a cancel token free a request that waits', async () => {
  const { api, source, sent } = openWaiting()
  const { token, cancel } = axios.CancelToken.source()

  const answer = api.get('/orders', { cancelToken: token }).catch(error => error)
  await settle()
  cancel('changed my mind')

  const error = await answer
  expect(axios.isCancel(error)).toBe(true)
  expect(error.message).toBe('changed my mind')
  source.grant('T1')
  await settle()
  expect(sent).toEqual([])
})

it('frees a request that waits when its signal aborts, with a CanceledError', async () => {
  const { api, source, sent } = openWaiting()
  const controller = new AbortController()

  const answer = api.get('/orders', { signal: controller.signal }).catch(error => error)
  await settle()
  controller.abort(new Error('changed my mind'))

  expect(await answer).toMatchObject({
    name: 'CanceledError',
    code: 'ERR_CANCELED',
    config: { url: '/orders' },
  })
  expect(source.waiting).toBe(0)
  expect(sent).toEqual([])
})
