/** How long a session lives, in milliseconds. */
export interface Lifetimes {
  /** Without a refresh for this long, it ends. */
  readonly idle: number
  /** It ends after this long whatever happens; rotation never extends it. */
  readonly absolute: number
}

/** What the server knows about a frontend, picked by the header `X-Session-Client`. */
export interface ClientPolicy {
  readonly session: Lifetimes
  /** For a login with `remember: true`. */
  readonly remembered: Lifetimes
}

export type Clients = Readonly<Record<string, ClientPolicy>>

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
export const defaultClients: Clients = {
  default: standard,
  admin: { session: privileged, remembered: privileged },
  customer: standard,
  bartender: standard,
}
