import axios from 'axios'
import { API, type Client, TOKEN_PATHS, type Tokens } from './peer.ts'

export function seed({ accessToken, refreshToken }: Tokens): void {
  localStorage.setItem('accessToken', accessToken)
  localStorage.setItem('refreshToken', refreshToken)
}

/**
 * The interceptor of a thousand blog posts: a flag, a queue of those that failed meanwhile, and a
 * sign-out when the refresh fails, for whatever reason.
 */
export function open(origin: string): Client {
  const api = axios.create({ baseURL: origin })
  let isRefreshing = false
  let failedQueue: { resolve(token: string): void; reject(error: unknown): void }[] = []

  const processQueue = (error: unknown, token: string | null) => {
    for (const waiting of failedQueue) {
      if (token === null) waiting.reject(error)
      else waiting.resolve(token)
    }
    failedQueue = []
  }

  api.interceptors.request.use(config => {
    const token = localStorage.getItem('accessToken')
    if (token) config.headers.Authorization = `Bearer ${token}`
    return config
  })

  api.interceptors.response.use(
    response => response,
    async error => {
      const originalRequest = error.config
      if (error.response?.status !== 401 || originalRequest._retry) throw error
      if (isRefreshing) {
        const token = await new Promise<string>((resolve, reject) => {
          failedQueue.push({ resolve, reject })
        })
        originalRequest.headers.Authorization = `Bearer ${token}`
        return api(originalRequest)
      }
      originalRequest._retry = true
      isRefreshing = true
      try {
        const { data } = await axios.post(origin + TOKEN_PATHS.rest, {
          refresh_token: localStorage.getItem('refreshToken'),
        })
        localStorage.setItem('accessToken', data.access_token)
        localStorage.setItem('refreshToken', data.refresh_token)
        processQueue(null, data.access_token)
        originalRequest.headers.Authorization = `Bearer ${data.access_token}`
        return api(originalRequest)
      } catch (refreshError) {
        processQueue(refreshError, null)
        localStorage.removeItem('accessToken')
        localStorage.removeItem('refreshToken')
        throw refreshError
      } finally {
        isRefreshing = false
      }
    },
  )

  return {
    request: async () => (await api.get(API)).status,
    signOut() {
      localStorage.removeItem('accessToken')
      localStorage.removeItem('refreshToken')
    },
  }
}
