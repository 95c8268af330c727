/**
 * What a token endpoint answers (RFC 6749 §5.1), with the two members that a session's server adds.
 * `restEndpoint` reads it from the wire; `session.adopt` takes it from anywhere else.
 */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type?: string
  /** Seconds the access token lives, counted from receipt. Without it the token's own `exp − iat` counts. */
  readonly expires_in?: number
  /** Absent where the server does not rotate: the old one stays in use. */
  readonly refresh_token?: string
  readonly user?: unknown
  readonly session?: { readonly id: string }
}
