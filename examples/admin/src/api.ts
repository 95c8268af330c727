import { withAutoRefresh } from '@tabkeeper/axios'
import { ApiError, refusal } from '@tabkeeper-examples/house/api-error'
import axios, { isAxiosError } from 'axios'
import { session } from './session.ts'

/** The bar's API with a valid token on every request. What fails is an `ApiError` or a `SessionError`. */
export const api = withAutoRefresh(axios.create({ baseURL: '/api', timeout: 15_000 }), session)

api.interceptors.response.use(undefined, (error: unknown) => {
  if (!isAxiosError(error)) throw error
  if (!error.response) throw new ApiError('unreachable', 'No answer.', { cause: error })
  const { status, data, headers } = error.response
  throw refusal(status, data, headers['retry-after'])
})
