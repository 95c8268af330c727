import { withAutoRefresh } from '@tabkeeper/axios'
import { openStage, refuse } from '@tabkeeper/testing'
import axios, { type InternalAxiosRequestConfig } from 'axios'
import { expect, it } from 'vitest'

it('leaves no token in a response and none in an error', async () => {
  const { server, source, refreshTo } = await openStage()
  const api = withAutoRefresh(axios.create({ baseURL: server.origin }), source)
  server.on('/never', (_, response) => refuse(response))

  const { config } = await api.post('/orders', 'x')
  const failed = api.get('/never').catch(error => error)
  await refreshTo('T1-secret')
  const error = await failed

  expect(config.headers.has('Authorization')).toBe(false)
  expect(error).toMatchObject({ name: 'AxiosError', response: { status: 401 } })
  expect(JSON.stringify(error)).not.toContain('T1-secret')
  expect(JSON.stringify(error)).not.toContain('Bearer T')
})

it('hands out the config that a request without a session would have', async () => {
  const { server, source } = await openStage()
  const options = { baseURL: server.origin, validateStatus: () => true, timeout: 1000 }
  const bare = await axios.create(options).post('/orders', { table: 4 }, { session: false })
  const wrapped = await withAutoRefresh(axios.create(options), source).post('/orders', { table: 4 })

  const { session, ...expected } = bare.config
  expect(session).toBe(false)
  expect({ ...wrapped.config }).toEqual(expected)
})

it('H05: passes on what a foreign adapter throws', async () => {
  const { server, source } = await openStage()
  for (const failure of ['a string', undefined, { code: 'odd' }, new TypeError('no config')]) {
    const api = axios.create({ baseURL: server.origin, adapter: () => Promise.reject(failure) })
    await expect(withAutoRefresh(api, source).get('/orders')).rejects.toBe(failure)
  }
})

it('leaves no token where `shouldRefresh` throws, and passes on what it throws', async () => {
  const { server, source } = await openStage()
  const api = axios.create({ baseURL: server.origin })
  let config: InternalAxiosRequestConfig | undefined
  const failure = new Error('no idea')
  withAutoRefresh(api, source, {
    shouldRefresh(response) {
      config = response.config
      throw failure
    },
  })

  await expect(api.get('/orders')).rejects.toBe(failure)
  expect(config?.headers.has('Authorization')).toBe(false)
})
