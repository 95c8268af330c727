import type { TokenResponse } from '@tabkeeper/core'
import { api } from './api.ts'
import { session } from './session.ts'

/**
 * Proves once more who is there, and goes on with the tokens that the server gives for it.
 *
 * It brings its token itself and opts out of auto-refresh: a 401 is about the password here, and a
 * replay would count as a second wrong guess.
 */
export async function reauthenticate(password: string): Promise<void> {
  const headers = {
    Authorization: `Bearer ${await session.getAccessToken()}`,
    'X-Session-Client': session.app,
  }
  const { data } = await api.post<TokenResponse>(
    '/auth/reauthenticate',
    { password },
    { headers, session: false },
  )
  session.adopt(data)
}
