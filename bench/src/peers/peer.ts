/**
 * One way to keep a session, written as its users write it. What is bundled for the size is the very
 * `open` that is timed and that is put through the faults.
 */
export interface Peer {
  /** Puts into storage what a page finds there after a sign-in. */
  seed(tokens: Tokens, origin: string): void | Promise<void>
  /** What an app does at its start. `origin` serves the API and the authorization server. */
  open(origin: string): Client
}

/** An app with a session, as far as the measurements use it. */
export interface Client {
  /** One request to the API; its status, or a rejection. */
  request(): Promise<number>
  /** What the button "Sign out" does. */
  signOut?(): unknown
  /** Ends timers and listeners, where there is a way. */
  close?(): unknown
}

/** The answer to a sign-in, and when it came. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly idToken: string
  /** Seconds. */
  readonly lifetime: number
  /** Epoch milliseconds. */
  readonly receivedAt: number
}

/** Where the guarded API is, below the origin. */
export const API = '/api/orders'

export const CLIENT_ID = 'bench'

/** The token endpoint, in the dialect that each peer speaks. */
export const TOKEN_PATHS = {
  rest: '/auth/refresh',
  gotrue: '/gotrue/token',
  oauth: '/oauth/token',
} as const
