import { postText } from './http-text.ts'

/** One way to prove who sends a request. */
export interface VerifyPeer {
  readonly name: string
  readonly subject: string
  /** One of the kinds of the subject's `requests`. */
  readonly kind: string
  readonly isOurs?: true
}

export const FLOOR = 'nobody looks who asks'
export const BEARER = 'Tabkeeper, access token'
export const COOKIE = 'Tabkeeper, cookie'
export const EXPRESS = 'express-session'
export const BETTER_AUTH = 'better-auth'

export const VERIFY: readonly VerifyPeer[] = [
  { name: FLOOR, subject: 'floor', kind: 'open' },
  { name: COOKIE, subject: 'tabkeeper', kind: 'cookie', isOurs: true },
  { name: BEARER, subject: 'tabkeeper', kind: 'access token', isOurs: true },
  { name: EXPRESS, subject: 'express-session', kind: 'cookie' },
  { name: `${EXPRESS}, touch off`, subject: 'express-session', kind: 'cookie, no touch' },
  { name: BETTER_AUTH, subject: 'better-auth', kind: 'cookie' },
]

/** One way to exchange a refresh token. */
export interface RefreshPeer {
  readonly name: string
  readonly subject: string
  /** One of the kinds of the subject's `refreshTokens`. */
  readonly kind: string
  readonly isOurs?: true
  ask(refreshToken: string): string
}

export const OURS = 'Tabkeeper, PostgreSQL'
export const OIDC = 'oidc-provider, in memory, nothing signed'
export const OIDC_JWT = 'oidc-provider, in memory, JWT access token'
export const OIDC_POSTGRES = 'oidc-provider, PostgreSQL, JWT access token'

export const REFRESH: readonly RefreshPeer[] = [
  {
    name: OURS,
    subject: 'tabkeeper',
    kind: 'an access token',
    isOurs: true,
    ask: token =>
      postText(
        '/api/auth/refresh',
        { 'Content-Type': 'application/json' },
        JSON.stringify({ refresh_token: token }),
      ),
  },
  { name: OIDC, subject: 'oidc-provider', kind: 'an opaque token', ask: oauth },
  { name: OIDC_JWT, subject: 'oidc-provider', kind: 'an access token', ask: oauth },
  { name: OIDC_POSTGRES, subject: 'oidc-provider-postgres', kind: 'an access token', ask: oauth },
]

function oauth(token: string): string {
  const fields = { grant_type: 'refresh_token', client_id: 'bench', refresh_token: token }
  return postText(
    '/token',
    { 'Content-Type': 'application/x-www-form-urlencoded' },
    new URLSearchParams(fields).toString(),
  )
}

/** Sessions in the table, from a bar to a country. */
export const SIZES = [1_000, 100_000, 1_000_000] as const
