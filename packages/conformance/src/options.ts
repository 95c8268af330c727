import type { Level } from './rule.ts'

/**
 * How a backend hands tokens over. `bearer`: both in the body. `split`: the refresh token in an HttpOnly
 * cookie, the access token in the body. `cookie`: one HttpOnly cookie and nothing else.
 */
export type Transport = 'bearer' | 'split' | 'cookie'

/** Which backend is checked, as whom, and how far the check may go. */
export interface CheckOptions {
  /** Where login, refresh, logout, … are: `https://api.example.test/api/auth`. */
  readonly authUrl: string | URL
  /** The name of an account that is there for tests, and that nobody else is signed in to. */
  readonly user: string
  readonly password: string
  /** @default 'bearer' */
  readonly transport?: Transport | undefined
  /** What `X-Session-Client` says. @default 'default' */
  readonly clientId?: string | undefined
  /** The highest level that is asked for. @default 'hardened' */
  readonly level?: Level | undefined
  /** A page's origin that the backend should allow to call it (CORS). Left out: not asked. */
  readonly origin?: string | undefined
  /** Where the backend streams events. @default /api/events of the origin of `authUrl` */
  readonly eventsUrl?: string | URL | undefined
  /**
   * Seconds after which a sign-in is too old to end other sessions, and the password is asked for again.
   * With `slow` the wait takes as long. Left out: not asked.
   */
  readonly stepUp?: number | undefined
  /** Seconds in which the backend forgives a superseded refresh token. @default 30 */
  readonly grace?: number | undefined
  /** Asks also what can only be seen when the grace is over. @default false */
  readonly slow?: boolean | undefined
  /** Most requests that are sent. @default 250 */
  readonly budget?: number | undefined
  /** Milliseconds to wait for one answer. @default 10_000 */
  readonly timeout?: number | undefined
  /** How requests are sent: a test may hand them to the backend directly. @default fetch */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined
  /** Lets so many milliseconds pass: a test turns the backend's clock. @default really waiting */
  readonly wait?: ((milliseconds: number) => Promise<void>) | undefined
  /** Milliseconds on a clock that does not jump, for how long answers take. @default performance.now */
  readonly now?: (() => number) | undefined
}
