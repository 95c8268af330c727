import { createAlova } from 'alova'
import { createClientTokenAuthentication } from 'alova/client'
import adapterFetch from 'alova/fetch'
import { forget, keep } from './alova-storage.ts'
import { API, type Client, TOKEN_PATHS } from './peer.ts'

export { seed } from './alova-storage.ts'

/**
 * Its client-based token authentication: the page knows when the token ends. Caching and sharing of
 * equal requests are off, or most requests of a measurement would never be sent.
 */
export function open(origin: string): Client {
  const { onAuthRequired, onResponseRefreshToken } = createClientTokenAuthentication({
    refreshToken: {
      isExpired: () => Number(localStorage.getItem('token_expires_at')) < Date.now(),
      async handler() {
        const refresh = api.Post<Response>(TOKEN_PATHS.rest, {
          refresh_token: localStorage.getItem('refresh_token'),
        })
        refresh.meta = { authRole: 'refreshToken' }
        const response = await refresh
        if (!response.ok) throw new Error(`The refresh was answered with ${response.status}.`)
        keep(await response.json())
      },
    },
    assignToken(method) {
      method.config.headers.Authorization = `Bearer ${localStorage.getItem('token')}`
    },
  })
  const api = createAlova({
    baseURL: origin,
    requestAdapter: adapterFetch(),
    cacheFor: null,
    shareRequest: false,
    beforeRequest: onAuthRequired(),
    responded: onResponseRefreshToken((response: Response) => response),
  })
  return {
    request: async () => (await api.Get<Response>(API)).status,
    signOut: forget,
  }
}
