import { withAutoRefresh } from '@tabkeeper/axios'
import { ApiError, refusal } from '@tabkeeper-examples/house/api-error'
import axios, { type AxiosInstance, isAxiosError } from 'axios'
import { session } from './session.ts'

/** The bar's API with a valid token on every request. What fails is an `ApiError` or a `SessionError`. */
export const api = withAutoRefresh(createApi(), session)

/** The same without the session: for the rare call whose 401 is not about the token. */
export const bareApi = createApi()

function createApi(): AxiosInstance {
  const instance = axios.create({ baseURL: '/api', timeout: 15_000 })
  instance.interceptors.response.use(undefined, (error: unknown) => {
    if (!isAxiosError(error)) throw error
    if (!error.response) throw new ApiError('unreachable', 'No answer.', { cause: error })
    const { status, data, headers } = error.response
    throw refusal(status, data, headers['retry-after'])
  })
  return instance
}
