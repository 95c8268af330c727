import type { AuthEndpoint } from '@tabkeeper/core'
import type { Served } from './serve.ts'

export const ADA = { email: 'ada@bar.test', password: 'correct horse battery staple' }

/** How a server that is none of ours behaves, as the tests have seen it. */
export interface Facts {
  readonly name: string
  /** The packages that the fixture is made of. */
  readonly madeOf: string
  /** Refreshes when four tabs wake together, each with ten requests. */
  readonly refreshesOfFourTabs: number
  /** Whether a token that was copied before the sign-out is refused after it. */
  readonly accessEndsAtSignOut: boolean
  readonly refreshEndsAtSignOut: boolean
}

/** One of them, with ada's account. */
export interface ThirdParty extends Served {
  /** The endpoint as one browser has it. */
  endpoint(fetch: typeof globalThis.fetch): AuthEndpoint
  /** How often tokens were asked for without a password. */
  refreshes(): number
  /** Whether the API takes what a request of this browser brings. */
  accepts(accessToken: string, fetch: typeof globalThis.fetch): Promise<boolean>
  /** Whether the refresh token is still good for anything. */
  honours(refreshToken: string): Promise<boolean>
  /** Somebody ends all sessions at the server. */
  endSessions(): Promise<void>
}
