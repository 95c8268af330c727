import axios, { type AxiosError } from 'axios'
import { createAuthRefresh } from 'axios-auth-refresh'
import { API, type Client, TOKEN_PATHS, type Tokens } from './peer.ts'

export function seed({ accessToken, refreshToken }: Tokens): void {
  localStorage.setItem('token', accessToken)
  localStorage.setItem('refresh_token', refreshToken)
}

/**
 * As its README has it: a request interceptor reads the token each time. With `deduplicateRefresh`, which
 * is on by default, all but the first of several 401s that arrive together are rejected (tried: 99 of
 * 100). Without it there is still one refresh for all of them, if the refresh goes through another
 * instance, as it does here. A refresh that fails rejects and signs nobody out.
 */
export function open(origin: string): Client {
  const api = axios.create({ baseURL: origin })
  api.interceptors.request.use(request => {
    request.headers.Authorization = `Bearer ${localStorage.getItem('token')}`
    return request
  })
  const refresh = async (failedRequest: AxiosError) => {
    const { data } = await axios.post(origin + TOKEN_PATHS.rest, {
      refresh_token: localStorage.getItem('refresh_token'),
    })
    localStorage.setItem('token', data.access_token)
    localStorage.setItem('refresh_token', data.refresh_token)
    failedRequest.response?.config.headers.set('Authorization', `Bearer ${data.access_token}`)
  }
  createAuthRefresh(api, refresh, { deduplicateRefresh: false })
  return {
    request: async () => (await api.get(API)).status,
    signOut() {
      localStorage.removeItem('token')
      localStorage.removeItem('refresh_token')
    },
  }
}
