import { createSession, localStorageArea } from '@tabkeeper/core'
import type { Tokens } from './peer.ts'

/** A sign-in at the moment when the tokens came: lifetimes count from receipt on this device's clock. */
export function seed(tokens: Tokens, origin: string): void {
  const { now } = Date
  const { timeOrigin } = performance
  Date.now = () => tokens.receivedAt
  Object.defineProperty(performance, 'timeOrigin', { value: 0, configurable: true })
  try {
    const session = createSession({
      app: 'bench',
      authUrl: `${origin}/auth`,
      storage: localStorageArea(),
    })
    session.adopt({
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
      expires_in: tokens.lifetime,
    })
    session.dispose()
  } finally {
    Date.now = now
    Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin, configurable: true })
  }
}
