/** How long a session lives, in milliseconds. */
export interface Lifetimes {
  /** Without a sign of life for this long, it ends: a refresh, or in cookie transport any request. */
  readonly idle: number
  /** It ends after this long whatever happens; rotation never extends it. */
  readonly absolute: number
}

/**
 * How a client's credential travels. `bearer`: both tokens in the body. `split`: the refresh token in an
 * HttpOnly cookie, the access token in the body. `cookie`: one HttpOnly cookie, nothing in the body.
 */
export type Transport = 'bearer' | 'split' | 'cookie'

/** What the server knows about a frontend, picked by the header `X-Session-Client`. */
export interface ClientPolicy {
  readonly session: Lifetimes
  /** For a login with `remember: true`. */
  readonly remembered: Lifetimes
  /**
   * Fixed for a session when it begins. After a change, sessions of the earlier transport have to sign
   * in again: a cookie never becomes a token that scripts can read. @default 'bearer'
   */
  readonly transport?: Transport | undefined
}

export type Clients = Readonly<Record<string, ClientPolicy>>

/** Returns how a client's credential travels, or undefined for a client that is not configured. */
export const transportOf = (clients: Clients, clientId: string): Transport | undefined =>
  Object.hasOwn(clients, clientId) ? (clients[clientId]?.transport ?? 'bearer') : undefined

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const standard: ClientPolicy = {
  session: { idle: day, absolute: 7 * day },
  remembered: { idle: 7 * day, absolute: 30 * day },
}

/** Those who can do more are signed out sooner, and cannot ask to be remembered. */
const privileged: Lifetimes = { idle: 30 * minute, absolute: 12 * hour }

/** The clients of a server that is given none; `default` is meant where no header is sent. */
export const defaultClients: Readonly<
  Record<'default' | 'admin' | 'customer' | 'bartender', ClientPolicy>
> = {
  default: standard,
  admin: { session: privileged, remembered: privileged },
  customer: standard,
  bartender: standard,
}
