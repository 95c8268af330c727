import { CLIENT_ID, TOKEN_PATHS } from '../peers/peer.ts'

export type Dialect = keyof typeof TOKEN_PATHS

/** What a refresh granted, before it is said in a dialect. */
export interface Granted {
  readonly accessToken: string
  readonly refreshToken: string
  /** Seconds. */
  readonly lifetime: number
}

export function dialectOf(url: string): Dialect | null {
  if (url.includes(TOKEN_PATHS.rest)) return 'rest'
  if (url.includes(TOKEN_PATHS.gotrue)) return 'gotrue'
  return url.includes(TOKEN_PATHS.oauth) ? 'oauth' : null
}

/** The refresh token in the body of a question: JSON, or a form where OAuth is spoken. */
export function refreshTokenIn(body: string): string {
  if (body.startsWith('{')) return JSON.parse(body).refresh_token ?? ''
  return new URLSearchParams(body).get('refresh_token') ?? ''
}

export function saysGranted(dialect: Dialect, granted: Granted, origin: string): object {
  const { accessToken, refreshToken, lifetime } = granted
  const tokens = {
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: 'bearer',
    expires_in: lifetime,
  }
  switch (dialect) {
    case 'rest':
      return tokens
    case 'gotrue':
      return {
        ...tokens,
        expires_at: Math.floor(Date.now() / 1000) + lifetime,
        user: { id: 'ada' },
      }
    case 'oauth':
      return { ...tokens, id_token: idToken(origin), scope: 'openid profile email offline_access' }
  }
}

/** The words by which each client knows that the session is over. */
export function saysDenied(dialect: Dialect): { readonly status: number; readonly body: object } {
  switch (dialect) {
    case 'rest':
      return { status: 401, body: { code: 'refresh_token_reused' } }
    case 'gotrue':
      return {
        status: 400,
        body: { code: 400, error_code: 'refresh_token_already_used', msg: 'Already Used' },
      }
    case 'oauth':
      return {
        status: 400,
        body: { error: 'invalid_grant', error_description: 'The token was used before.' },
      }
  }
}

let minted = 0

/** An access token whose end can be read from it. Nobody here checks a signature. */
export function accessToken(issuedAt: number, lifetime: number): string {
  const iat = Math.floor(issuedAt / 1000)
  return jwt({ sub: 'ada', iat, exp: iat + lifetime, jti: String(++minted) })
}

export function idToken(origin: string): string {
  const iat = Math.floor(Date.now() / 1000)
  return jwt({ iss: `${origin}/`, aud: CLIENT_ID, sub: 'ada', iat, exp: iat + 3600 })
}

function jwt(claims: object): string {
  return `${base64Url({ alg: 'RS256', typ: 'JWT' })}.${base64Url(claims)}.c2lnbmF0dXJl`
}

function base64Url(value: object): string {
  return btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
