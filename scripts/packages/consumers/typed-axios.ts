// What a user of axios writes in strict TypeScript, without a cast (H14).
import { withAutoRefresh, withoutAutoRefresh } from '@tabkeeper/axios'
import { createSession } from '@tabkeeper/core'
import axios, { type AxiosInstance, type AxiosResponse, type AxiosStatic } from 'axios'

const session = createSession({ app: 'admin', authUrl: '/auth' })

export const api: AxiosInstance = withAutoRefresh(axios.create({ baseURL: '/api' }), session, {
  shouldRefresh: (response: AxiosResponse) => response.status === 419,
})
export const everything: AxiosStatic = withAutoRefresh(axios, session)
api.get<{ open: number }>('/orders', { session: false }).then(({ data }) => data.open)
api.post('/orders', {}, { session: false })
api({ url: '/menu', session: false })
withoutAutoRefresh(api)

// @ts-expect-error a session cannot be switched on for a request
api.get('/orders', { session: true })
