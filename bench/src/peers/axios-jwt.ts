import axios from 'axios'
import { applyAuthTokenInterceptor, clearAuthTokens, setAuthTokens } from 'axios-jwt'
import { API, type Client, TOKEN_PATHS, type Tokens } from './peer.ts'

export async function seed({ accessToken, refreshToken }: Tokens): Promise<void> {
  // The library chooses its storage when an interceptor is applied.
  applyAuthTokenInterceptor(axios.create(), { requestRefresh: async () => '' })
  await setAuthTokens({ accessToken, refreshToken })
}

/** As its README has it, with the answer for servers that rotate. It knows a token's end from its `exp`. */
export function open(origin: string): Client {
  const api = axios.create({ baseURL: origin })
  applyAuthTokenInterceptor(api, {
    async requestRefresh(refreshToken) {
      const { data } = await axios.post(origin + TOKEN_PATHS.rest, { refresh_token: refreshToken })
      return { accessToken: data.access_token, refreshToken: data.refresh_token }
    },
  })
  return {
    request: async () => (await api.get(API)).status,
    signOut: () => clearAuthTokens(),
  }
}
