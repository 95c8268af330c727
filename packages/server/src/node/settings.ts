import { createAdminTokens } from '../admin/admin-token.ts'
import type { KeptAddress } from '../events/kept-address.ts'
import { type LogLevel, logLevels } from '../observe/logger.ts'
import {
  type ClientPolicy,
  type Clients,
  defaultClients,
  type Transport,
  transportOf,
} from '../sessions/client-policy.ts'
import { StartupError } from '../startup-error.ts'
import { type Environment, type EnvironmentReader, readEnvironment } from './environment.ts'

const day = 24 * 60 * 60_000

/** What the environment says about serving; durations in milliseconds. */
export interface ServeSettings {
  readonly port: number
  readonly hostname: string
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly basePath: string | undefined
  readonly shortPaths: string | undefined
  readonly accessTokenTtl: number | undefined
  readonly trustedProxies: number
  readonly allowedOrigins: readonly string[]
  /** Empty for any. */
  readonly allowedHosts: readonly string[]
  /** Absent while registration is open, to whatever role the server gives. */
  readonly registration?: false
  /** Whether refresh tokens of an older system are taken. */
  readonly importedSessions: boolean
  /** `false` when limits are turned off. */
  readonly rateLimits: false | undefined
  readonly maxSessions: number | undefined
  readonly addresses: KeptAddress | undefined
  readonly admin: { readonly tokens: readonly string[] }
  /** Where figures for Prometheus are served, on the loopback address unless `METRICS_HOST` says otherwise. */
  readonly metrics: { readonly port: number; readonly hostname: string } | undefined
  readonly logLevel: LogLevel
  /** How long to go on serving after the signal to stop. */
  readonly drain: number
  /** How long the audit trail is kept. */
  readonly auditRetention: number
  /** The default clients and those that the environment names, with the transports that it gives them. */
  readonly clients: Clients
  readonly cookies: { readonly secure: boolean; readonly crossSite: boolean }
}

/**
 * Reads the settings of a server from the environment; an empty value counts as none.
 * @throws {StartupError} `bad-setting`, with one sentence a line for each mistake: the variable, what it
 * may hold and what it holds
 */
export function readSettings(env: Environment): ServeSettings {
  const from = readEnvironment(env)
  const isProduction = env.NODE_ENV === 'production'
  const ttl = from.wholeNumber('ACCESS_TOKEN_TTL', 'seconds', 5, 3600)
  const port = from.wholeNumber('PORT', 'a port', 0, 65_535) ?? 3000
  const metricsPort = from.wholeNumber('METRICS_PORT', 'a port', 0, 65_535)
  if (metricsPort === port && port !== 0) {
    from.mistake(`METRICS_PORT must be another port than PORT; both are "${port}".`)
  }
  const settings: ServeSettings = {
    port,
    hostname: from.text('HOST') ?? '127.0.0.1',
    dataDir: from.text('DATA_DIR') ?? '.data',
    databaseUrl: readUrl(from, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: readUrl(from, 'REDIS_URL', ['redis:', 'rediss:']),
    basePath: readBasePath(from),
    shortPaths: readPath(from, 'SHORT_PATHS'),
    accessTokenTtl: ttl === undefined ? undefined : ttl * 1000,
    trustedProxies: from.wholeNumber('TRUSTED_PROXIES', 'a number of proxies', 0, 10) ?? 0,
    allowedOrigins: readOrigins(from, isProduction),
    allowedHosts: readHosts(from),
    ...(!from.isOn('REGISTRATION', true) && { registration: false }),
    importedSessions: from.isOn('IMPORTED_SESSIONS', false),
    rateLimits: from.isOn('RATE_LIMITS', true) ? undefined : false,
    maxSessions: from.wholeNumber('MAX_SESSIONS', 'a number of sessions', 1, 1000),
    addresses: from.oneOf('ADDRESSES', ['full', 'truncated', 'none']),
    admin: { tokens: readAdminTokens(from) },
    metrics:
      metricsPort === undefined
        ? undefined
        : { port: metricsPort, hostname: from.text('METRICS_HOST') ?? '127.0.0.1' },
    logLevel: from.oneOf('LOG_LEVEL', logLevels) ?? 'info',
    drain: 1000 * (from.wholeNumber('DRAIN_SECONDS', 'seconds', 0, 3600) ?? 0),
    auditRetention: day * (from.wholeNumber('AUDIT_RETENTION', 'days', 1, 36_500) ?? 365),
    clients: readClients(from),
    cookies: readCookies(from, isProduction),
  }
  from.finish()
  return settings
}

/** Plain http is for development, and there it is the usual case. */
function readCookies(from: EnvironmentReader, isProduction: boolean): ServeSettings['cookies'] {
  const secure = from.isOn('COOKIE_SECURE', isProduction)
  const crossSite = from.isOn('COOKIE_CROSS_SITE', false)
  if (!secure && isProduction) {
    from.mistake(
      'COOKIE_SECURE must be "on" in production: serve the pages over https and leave it out.',
    )
  } else if (!secure && crossSite) {
    from.mistake(
      'COOKIE_CROSS_SITE needs COOKIE_SECURE to be "on": browsers refuse the cookie otherwise.',
    )
  }
  return { secure, crossSite }
}

function readClients(from: EnvironmentReader): Clients {
  const clients: Record<string, ClientPolicy> = { ...defaultClients }
  for (const name of from.list('CLIENTS')) {
    if (transportOf(clients, name) !== undefined) continue
    if (/^[a-z][\w-]*$/i.test(name)) clients[name] = defaultClients.default
    else
      from.mistake(
        `CLIENTS must be a comma-separated list of names such as "shop,till"; it has "${name}".`,
      )
  }
  for (const entry of from.list('CLIENT_TRANSPORTS')) {
    const [, client = '', transport] = /^([\w-]+)=([a-z]+)$/.exec(entry) ?? []
    const policy = transportOf(clients, client) && clients[client]
    if (policy && isTransport(transport)) clients[client] = { ...policy, transport }
    else {
      const names = Object.keys(clients).join(', ')
      from.mistake(
        `CLIENT_TRANSPORTS must be a comma-separated list such as "admin=cookie,customer=split", of the clients ${names} and the transports ${transports.join(', ')}; it has "${entry}".`,
      )
    }
  }
  return clients
}

const transports = ['bearer', 'split', 'cookie'] as const satisfies readonly Transport[]

const isTransport = (text: string | undefined): text is Transport =>
  transports.some(transport => transport === text)

/** The value may hold a password, so it is not quoted. */
function readUrl(
  from: EnvironmentReader,
  name: string,
  protocols: readonly [string, ...string[]],
): string | undefined {
  const text = from.text(name)
  if (text === undefined) return undefined
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text
  from.mistake(`${name} must be a URL that begins with ${protocols[0]}//.`)
  return undefined
}

function readPath(from: EnvironmentReader, name: string): string | undefined {
  const text = from.text(name)
  if (text === undefined || /^(?:\/[\w.~-]+)+$/.test(text)) return text
  from.mistake(`${name} must be a path such as "/api/sales/auth"; it is "${text}".`)
  return undefined
}

function readBasePath(from: EnvironmentReader): string | undefined {
  const path = readPath(from, 'BASE_PATH')
  if (path === '/api/admin') {
    from.mistake('BASE_PATH must not be "/api/admin": the endpoints of administrators are there.')
  }
  return path
}

function readOrigins(from: EnvironmentReader, isProduction: boolean): readonly string[] {
  const origins = from.list('ALLOWED_ORIGINS')
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      from.mistake(
        `ALLOWED_ORIGINS must be a comma-separated list such as "https://bar.example"; it has "${origin}".`,
      )
    } else if (isProduction && !origin.startsWith('https:')) {
      from.mistake(
        `ALLOWED_ORIGINS must begin with https:// in production: whoever is between such a page and its server could act for its user; it has "${origin}".`,
      )
    }
  }
  return origins
}

function readHosts(from: EnvironmentReader): readonly string[] {
  const hosts = from.list('ALLOWED_HOSTS')
  for (const host of hosts) {
    const url = `http://${host}`
    if (URL.canParse(url) && new URL(url).host === host.toLowerCase()) continue
    from.mistake(
      `ALLOWED_HOSTS must be a comma-separated list such as "bar.example,localhost:3000"; it has "${host}".`,
    )
  }
  return hosts
}

function readAdminTokens(from: EnvironmentReader): readonly string[] {
  const tokens = from.list('ADMIN_TOKEN')
  try {
    createAdminTokens(tokens)
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    from.mistake(error.message)
  }
  return tokens
}
