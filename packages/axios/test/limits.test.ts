import { withAutoRefresh } from '@tabkeeper/axios'
import { createHandTurnedSource } from '@tabkeeper/testing'
import axios, { AxiosError } from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

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
  'H10: ends a wait that takes longer than the time-out as axios would: %j',
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
  expect(config).not.toHaveProperty('timeoutErrorMessage')
  expect(vi.getTimerCount()).toBe(0)
})

it.each([
  ['a string', '5000', 4880],
  ['longer than a timer can run', 2 ** 32, 2 ** 32 - 120],
])('takes a time-out that is %s as axios does', async (_, timeout, left) => {
  const { api, source, sent } = openWaiting()

  await vi.advanceTimersByTimeAsync(1000) // not the first thing that the page does

  // The types forbid the string, and the environment has no numbers.
  const answer = api.get('/orders', { timeout: timeout as number })
  answer.catch(() => {})
  await vi.advanceTimersByTimeAsync(120)
  expect(source.waiting).toBe(1)
  source.grant('T1')

  expect((await answer).config.timeout).toBe(timeout)
  expect(sent[0]?.timeout).toBe(left)
})

it('does not touch the time-out of a request that need not wait', async () => {
  const { api, source, sent } = openWaiting()
  source.age()

  await api.get('/orders', { timeout: 300 })

  expect(sent).toEqual([{ timeout: 300, timeoutErrorMessage: undefined }])
  expect(vi.getTimerCount()).toBe(0)
})

describe('while the user is asked for a step-up', () => {
  /** An instance whose requests need one before they get a 200. */
  function openAsking() {
    const { source, sent } = openWaiting()
    source.age()
    source.seatUser()
    const api = axios.create({
      baseURL: ORIGIN,
      async adapter(config) {
        const { timeout, timeoutErrorMessage, headers } = config
        sent.push({ timeout, timeoutErrorMessage })
        const status = headers.Authorization === 'Bearer T2' ? 200 : 401
        const data = { code: 'insufficient_user_authentication' }
        return { status, statusText: '', headers: {}, data, config }
      },
    })
    return { source, sent, api: withAutoRefresh(api, source) }
  }

  it('the time-out stands still, and goes on with what was left', async () => {
    const { api, source, sent } = openAsking()

    const answer = api.get('/sessions', { timeout: 300 })
    await vi.advanceTimersByTimeAsync(100)
    expect(source.questions).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(60_000)
    source.confirm('T2')

    expect((await answer).status).toBe(200)
    expect(sent.map(({ timeout }) => timeout)).toEqual([300, 300])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a cancel token frees the request', async () => {
    const { api, source, sent } = openAsking()
    const { token, cancel } = axios.CancelToken.source()

    const answer = api.get('/sessions', { cancelToken: token }).catch(error => error)
    await settle()
    cancel('changed my mind')

    expect(axios.isCancel(await answer)).toBe(true)
    source.confirm('T2')
    await settle()
    expect(sent).toHaveLength(1)
  })
})

it('goes out in its turn, with a time-out or a cancel token or neither', async () => {
  const { api, source } = openWaiting()
  const sent: (string | undefined)[] = []
  api.defaults.adapter = async config => {
    sent.push(config.url)
    return { status: 200, statusText: 'OK', headers: {}, data: '', config }
  }
  const limits = [{}, { timeout: 300 }, { cancelToken: axios.CancelToken.source().token }]
  const paths = Array.from({ length: 12 }, (_, i) => `/order/${i}`)

  const answers = paths.map((path, i) => api.get(path, limits[i % 3]))
  await settle()
  source.grant('T1')
  await Promise.all(answers)

  expect(sent).toEqual(paths)
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

it('leaves nothing behind at a cancel token that is used for many requests', async () => {
  const { api, source } = openWaiting()
  const { token } = axios.CancelToken.source()
  const listening = new Set<unknown>()
  const { subscribe, unsubscribe } = token
  token.subscribe = listener => {
    listening.add(listener)
    subscribe.call(token, listener)
  }
  token.unsubscribe = listener => {
    listening.delete(listener)
    unsubscribe.call(token, listener)
  }

  const answers = [1, 2, 3].map(() => api.get('/orders', { cancelToken: token }))
  await settle()
  expect(listening.size).toBe(3)
  source.grant('T1')
  await Promise.all(answers)

  expect(listening.size).toBe(0)
})

it('H09: frees a request that waits when its signal aborts, with a CanceledError', async () => {
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
