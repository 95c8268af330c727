import { withAutoRefresh, withoutAutoRefresh } from '@tabkeeper/axios'
import { createHandTurnedSource, openStage } from '@tabkeeper/testing'
import axios, { type AxiosInstance } from 'axios'
import { expect, it, onTestFinished } from 'vitest'

it('A10: returns the same instance, wrapped once however often it is called', async () => {
  const { server, source, revoke, refreshTo } = await openStage()
  const api = axios.create({ baseURL: server.origin })
  revoke()

  expect(withAutoRefresh(api, source)).toBe(api)
  withAutoRefresh(withAutoRefresh(api, source), source)
  const answer = api.get('/orders')
  await refreshTo('T1')
  await answer

  expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T1'])
  expect(source.refreshes).toBe(1)
  withoutAutoRefresh(api)
  await expect(api.get('/orders')).rejects.toMatchObject({ response: { status: 401 } })
})

it('takes the session of the last call', async () => {
  const { server, source } = await openStage()
  const api = withAutoRefresh(axios.create({ baseURL: server.origin }), source)
  server.accepted.add('B0')

  withAutoRefresh(api, createHandTurnedSource('B0', [server.origin]))
  await api.get('/orders')

  expect(server.requests.map(({ token }) => token)).toEqual(['B0'])
})

it('H13: lets requests that wait or are refused end as they would have', async () => {
  const { server, source, revoke, refreshTo } = await openStage()
  const api = withAutoRefresh(axios.create({ baseURL: server.origin }), source)
  revoke()

  const refused = api.get('/refused', { headers: { 'X-Own': '1' } })
  const late = refused.then(() => api.get('/late', { validateStatus: () => true }))
  await refreshTo('T1', 1)
  withoutAutoRefresh(api)

  expect((await refused).status).toBe(200)
  expect((await late).status).toBe(401)
  expect(server.requests.map(({ url, token }) => `${url} ${token}`)).toEqual([
    '/refused T0',
    '/refused T1',
    '/late null',
  ])
})

it('leaves an instance as it found it', async () => {
  const { server, source } = await openStage()
  const api = axios.create({ baseURL: server.origin, validateStatus: () => true })
  const seen: unknown[] = []
  api.interceptors.request.use(config => {
    seen.push(config.adapter)
    return config
  })
  withAutoRefresh(api, source)
  withoutAutoRefresh(api)
  withoutAutoRefresh(api)

  await api.get('/orders')

  expect(server.requests.map(({ token }) => token)).toEqual([null])
  expect(seen).toEqual([api.defaults.adapter])
  expect(Object.keys(api.defaults)).toEqual(Object.keys(axios.create().defaults).concat('baseURL'))
})

/** Does what this package does, as another copy of it would; returns how often it was asked. */
function hookInto(api: AxiosInstance): () => number {
  const manager = api.interceptors.request as unknown as { forEach(visit: unknown): void }
  const inner = manager.forEach
  let visits = 0
  manager.forEach = visit => {
    visits++
    inner.call(manager, visit)
  }
  return () => visits
}

it('keeps working when somebody else has put a hook around ours', async () => {
  const { server, source } = await openStage()
  const api = withAutoRefresh(axios.create({ baseURL: server.origin }), source)
  const visits = hookInto(api)

  await api.get('/orders')
  withoutAutoRefresh(api)
  await api.get('/orders').catch(() => {})

  expect(visits()).toBe(2)
  expect(server.requests.map(({ token }) => token)).toEqual(['T0', null])
})

it('leaves a hook that was there before in its place', async () => {
  const { server, source } = await openStage()
  const api = axios.create({ baseURL: server.origin })
  const visits = hookInto(api)

  await withAutoRefresh(api, source).get('/orders')
  withoutAutoRefresh(api)
  await api.get('/orders').catch(() => {})

  expect(visits()).toBe(2)
  expect(server.requests.map(({ token }) => token)).toEqual(['T0', null])
})

it('does not reach the instances that `create` derives', async () => {
  const { server, source } = await openStage()
  const parent = withAutoRefresh(axios.create({ baseURL: server.origin }), source)
  const child = parent.create({ validateStatus: () => true })

  expect(await child.get('/orders')).toMatchObject({ status: 401 })
  expect(await withAutoRefresh(child, source).get('/orders')).toMatchObject({ status: 200 })
})

it('H13: works on axios itself, and on an instance with defaults of its own that comes of it', async () => {
  const { server, source, revoke, refreshTo } = await openStage()
  const child = withAutoRefresh(axios.create({ baseURL: `${server.origin}/v1` }), source)
  const own = withAutoRefresh(child.create({ headers: { 'X-Own': '1' } }), source)
  withAutoRefresh(axios, source)
  onTestFinished(() => withoutAutoRefresh(axios))
  revoke()

  const answers = [axios.get(`${server.origin}/orders`), child.get('/orders'), own.get('/orders')]
  await refreshTo('T1', 3)

  for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
  const replayed = server.requests.filter(({ token }) => token === 'T1')
  expect(replayed.map(({ url }) => url).sort()).toEqual(['/orders', '/v1/orders', '/v1/orders'])
  expect(replayed.filter(({ rawHeaders }) => rawHeaders.includes('X-Own'))).toHaveLength(1)
  expect(source.refreshes).toBe(1)
})
