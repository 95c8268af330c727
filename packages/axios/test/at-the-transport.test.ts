import { withAutoRefresh } from '@tabkeeper/axios'
import { openStage } from '@tabkeeper/testing'
import axios, { AxiosHeaders, type AxiosInstance, type InternalAxiosRequestConfig } from 'axios'
import MockAdapter from 'axios-mock-adapter'
import { describe, expect, it, vi } from 'vitest'
import { nodeAdapters, otherAdapter } from './axios-client.ts'

/** An instance of which each request is refused once, and the server behind it. */
async function openRefused() {
  const stage = await openStage()
  stage.revoke()
  const api = axios.create({ baseURL: stage.server.origin, adapter: 'http' })
  return { ...stage, api }
}

/** Counts what happens around one request. */
function watch(api: AxiosInstance) {
  const calls = { request: 0, response: 0, transformRequest: 0, transformResponse: 0 }
  api.interceptors.request.use(config => {
    calls.request++
    return config
  })
  api.interceptors.response.use(response => {
    calls.response++
    return response
  })
  const { transformRequest, transformResponse } = api.defaults
  api.defaults.transformRequest = [transformRequest ?? []].flat().concat(data => {
    calls.transformRequest++
    return data
  })
  api.defaults.transformResponse = [transformResponse ?? []].flat().concat(data => {
    calls.transformResponse++
    return data
  })
  return calls
}

describe('around a replay', () => {
  it('H04: runs interceptors and transformers once, whether they came before or after', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    const before = watch(api)
    withAutoRefresh(api, source)
    const after = watch(api)

    const answer = api.post('/orders', { table: 4 })
    await refreshTo('T1')

    expect((await answer).data).toEqual({ table: 4 })
    expect(server.requests).toHaveLength(2)
    const once = { request: 1, response: 1, transformRequest: 1, transformResponse: 1 }
    expect([before, after]).toEqual([once, once])
  })

  it('H04: leaves a response interceptor that unwraps the data its one response', async () => {
    const { api, source, refreshTo } = await openRefused()
    api.interceptors.response.use(response => response.data)
    withAutoRefresh(api, source)

    const answer = api.post('/orders', { table: 4 })
    await refreshTo('T1')

    expect(await answer).toEqual({ table: 4 })
  })

  it('H01: sends the bytes that a transformer made the first time', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    withAutoRefresh(api, source)
    let made = 0
    const transformRequest = (_: unknown, headers: AxiosHeaders) => {
      const body = `made ${++made}`
      headers.set('Content-Length', String(body.length))
      return body
    }

    const answer = api.post('/orders', null, { transformRequest })
    await refreshTo('T1')
    await answer

    expect(server.requests.map(({ body }) => body.toString())).toEqual(['made 1', 'made 1'])
  })

  it.each(['before', 'after'])(
    'H06: replays once at most when an interceptor %s clones the config',
    async when => {
      const { api, source, refreshTo, server } = await openRefused()
      const clone = (config: InternalAxiosRequestConfig) => ({
        ...config,
        headers: AxiosHeaders.from({ ...config.headers, 'X-Clone': '1' }),
      })
      if (when === 'before') api.interceptors.request.use(clone)
      withAutoRefresh(api, source)
      if (when === 'after') api.interceptors.request.use(clone)

      const answer = api.get('/orders')
      await refreshTo('T1')
      expect((await answer).status).toBe(200)

      server.accepted.clear()
      await expect(api.get('/orders')).rejects.toMatchObject({ response: { status: 401 } })
      expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T1', 'T1'])
      for (const { rawHeaders } of server.requests) expect(rawHeaders).toContain('X-Clone')
    },
  )

  it('H07: refreshes although `validateStatus` takes everything, and resolves a final 401', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    withAutoRefresh(api, source)
    const options = { validateStatus: () => true }

    const answer = api.get('/orders', options)
    await refreshTo('T1')
    expect(await answer).toMatchObject({ status: 200 })

    server.accepted.clear()
    expect(await api.get('/orders', options)).toMatchObject({ status: 401 })
    expect(source.refreshes).toBe(1)
  })

  it('H11: replays with the new token although an interceptor sets the old one', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    api.interceptors.request.use(config => {
      config.headers.set('authorization', 'Bearer T0')
      return config
    })
    withAutoRefresh(api, source)

    const answer = api.get('/orders')
    await refreshTo('T1')
    await answer

    expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T1'])
  })

  it('leaves basic credentials and a scheme that an interceptor chose alone', async () => {
    const { api, source } = await openRefused()
    const seen: unknown[] = []
    api.defaults.adapter = async config => {
      seen.push(config.headers.get('Authorization'))
      return { status: 401, statusText: '', headers: {}, data: '', config }
    }
    withAutoRefresh(api, source)

    await api.get('/orders', { auth: { username: 'bar', password: 'tab' } })
    await api.get('/orders', { headers: { authorization: null } })
    api.interceptors.request.use(config => {
      config.headers.set('Authorization', 'Signature abc')
      return config
    })
    await api.get('/orders')

    expect(seen).toEqual([undefined, null, 'Signature abc'])
    expect(source.refreshes).toBe(0)
  })

  it('I10: leaves a request alone that an interceptor says is none of the session’s', async () => {
    const { api, source, server } = await openRefused()
    withAutoRefresh(api, source)
    api.interceptors.request.use(config => ({ ...config, session: false }))

    await api.get('/orders', { validateStatus: () => true })

    expect(server.requests.map(({ token }) => token)).toEqual([null])
    expect(source.refreshes).toBe(0)
  })

  it('leaves the token of an interceptor where it is while nobody is signed in', async () => {
    const { api, source, server } = await openRefused()
    api.interceptors.request.use(config => {
      config.headers.authorization = 'Bearer of-old'
      return config
    })
    withAutoRefresh(api, source)
    source.signOut()

    const { config } = await api.get('/orders', { validateStatus: () => true })

    expect(server.requests.map(({ token }) => token)).toEqual(['of-old'])
    expect(config.headers.get('Authorization')).toBe('Bearer of-old')
  })

  it('takes a header that is undefined for none', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    withAutoRefresh(api, source)

    const answer = api.get('/orders', { headers: { authorization: undefined } })
    await refreshTo('T1')

    expect((await answer).config.headers.has('Authorization')).toBe(false)
    expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T1'])
  })

  it('sends to a URL object, as axios does', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    withAutoRefresh(api, source)

    // The types forbid it, and plain JavaScript does it.
    const url: unknown = new URL('/orders?q=1', server.origin)
    const answer = api.request({ baseURL: '', url: url as string })
    await refreshTo('T1')

    expect((await answer).status).toBe(200)
    expect(server.requests.map(({ url, token }) => `${url} ${token}`)).toEqual([
      '/orders?q=1 T0',
      '/orders?q=1 T1',
    ])
  })

  it('runs synchronous interceptors in the tick of the call, as without it', async () => {
    const { api, source, server } = await openRefused()
    const seen: unknown[] = []
    const note = (config: InternalAxiosRequestConfig) => {
      seen.push(config.url)
      return config
    }
    api.interceptors.request.use(note, null, { synchronous: true })
    withAutoRefresh(api, source)
    server.accepted.add('T0')

    const answer = api.get('/orders')

    expect(seen).toEqual(['/orders'])
    expect((await answer).status).toBe(200)
  })
})

describe('below whatever else is there', () => {
  // Releases before 1.13.5 know one order only, and refuse the option.
  const orders = [true, false].filter(
    isLegacy =>
      isLegacy || 'legacyInterceptorReqResOrdering' in (axios.defaults.transitional ?? {}),
  )
  it.each(orders)(
    'attaches to the adapter that an interceptor chooses, legacy order: %s',
    async isLegacy => {
      for (const when of ['before', 'after']) {
        const { api, source, refreshTo, server } = await openRefused()
        const choose = (config: InternalAxiosRequestConfig) => {
          config.adapter = otherAdapter
          return config
        }
        if (when === 'before') api.interceptors.request.use(choose)
        withAutoRefresh(api, source)
        if (when === 'after') api.interceptors.request.use(choose)

        const transitional = isLegacy ? {} : { legacyInterceptorReqResOrdering: false }
        const answer = api.get('/orders', { transitional })
        await refreshTo('T1')
        await answer

        expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T1'])
      }
    },
  )

  it('takes the adapter of axios itself where a request has none, as axios does', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    api.defaults.adapter = () => Promise.reject(new Error('not this one'))
    withAutoRefresh(api, source)

    // The types forbid it. A mock adapter leaves it behind in the config of an error, for a retry to use.
    const answer = api.get('/orders', { adapter: null } as object)
    await refreshTo('T1')

    expect((await answer).status).toBe(200)
    expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T1'])
  })

  it('outlives `interceptors.request.clear()` and asynchronous interceptors', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    withAutoRefresh(api, source)
    api.interceptors.request.clear()
    api.interceptors.request.use(async config => config)

    const answer = api.get('/orders')
    await refreshTo('T1')
    await answer

    expect(server.requests).toHaveLength(2)
  })

  it('works with a mock adapter that comes later, goes, and comes again', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    withAutoRefresh(api, source)
    const mock = new MockAdapter(api)
    const tokens: unknown[] = []
    mock.onGet('/orders').reply(({ headers }) => {
      tokens.push(headers?.Authorization)
      return headers?.Authorization === 'Bearer T1' ? [200, 'mocked'] : [401]
    })

    const mocked = api.get('/orders')
    await refreshTo('T1')
    expect((await mocked).data).toBe('mocked')
    expect(tokens).toEqual(['Bearer T0', 'Bearer T1'])

    mock.restore()
    expect((await api.get('/orders')).status).toBe(200)
    expect(server.requests.map(({ token }) => token)).toEqual(['T1'])
  })

  it('lets a retry that sends the config of an error again have a replay of its own', async () => {
    const { api, source, refreshTo, server } = await openRefused()
    withAutoRefresh(api, source)
    server.on('/orders', ({ token }, response) =>
      response.writeHead(token === 'T0' ? 503 : 200).end(),
    )
    api.interceptors.response.use(undefined, error => {
      server.on('/orders', ({ token }, response) =>
        response.writeHead(token === 'T1' ? 200 : 401).end(),
      )
      return api.request(error.config)
    })

    const answer = api.get('/orders')
    await refreshTo('T1')

    expect((await answer).status).toBe(200)
    expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T0', 'T1'])
  })

  it.each(nodeAdapters)('ends a streamed answer over %s that it replaces', async adapter => {
    const { api, source, refreshTo, server } = await openRefused()
    withAutoRefresh(api, source)
    const closed = vi.fn()
    server.on('/orders', ({ token }, response) => {
      response.writeHead(token === 'T1' ? 200 : 401)
      response.write('a beginning')
      if (token === 'T1') response.end()
      else response.on('close', closed)
    })

    const answer = api.get('/orders', { responseType: 'stream', adapter })
    await refreshTo('T1')

    expect((await answer).status).toBe(200)
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), { timeout: 15_000 })
  })

  const responseTypes = ['blob', 'arraybuffer', 'json', 'text'] as const
  it.each(nodeAdapters.includes('fetch') ? responseTypes : [])(
    'sees that a download as %s needs a step-up, and leaves the answer whole',
    async responseType => {
      const { source, server } = await openStage()
      const api = axios.create({ baseURL: server.origin, adapter: otherAdapter, responseType })
      withAutoRefresh(api, source)
      const problem = '{"code":"insufficient_user_authentication"}'
      server.on('/report', (_, response) => response.writeHead(401).end(problem))

      const { data } = await api.get('/report', { validateStatus: () => true })

      const text = typeof data === 'string' ? data : await new Response(data).text()
      expect(responseType === 'json' ? JSON.stringify(data) : text).toBe(problem)
      expect(source.refreshes).toBe(0)
    },
  )

  it('I03: holds no `keepalive` request back, and repeats none', async () => {
    const { api, source, server } = await openRefused()
    withAutoRefresh(api, source)
    const beacon = { fetchOptions: { keepalive: true }, validateStatus: () => true }

    expect((await api.post('/refused', 'bye', beacon)).status).toBe(401)
    source.grant('T1')
    source.expire()
    expect((await api.post('/over', 'bye', beacon)).status).toBe(401)

    expect(server.requests.map(({ url, token }) => `${url} ${token}`)).toEqual([
      '/refused T0',
      '/over T1',
    ])
  })

  it('sees that a mocked answer needs a step-up', async () => {
    const { api, source } = await openRefused()
    withAutoRefresh(api, source)
    source.seatUser()
    const problem = { code: 'insufficient_user_authentication', max_age: 900 }
    new MockAdapter(api)
      .onGet('/report')
      .reply(({ headers }) => (headers?.Authorization === 'Bearer T2' ? [200] : [401, problem]))

    const answer = api.get('/report')
    await expect.poll(() => source.questions).toEqual([{ maxAge: 900_000, acrValues: [] }])
    source.confirm('T2')

    expect((await answer).status).toBe(200)
  })
})
