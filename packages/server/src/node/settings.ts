import { StartupError } from '../startup-error.ts'

/** What the environment says about serving; durations in milliseconds. */
export interface ServeSettings {
  readonly port: number
  readonly hostname: string
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly accessTokenTtl: number | undefined
  readonly trustedProxies: number
  readonly allowedOrigins: readonly string[]
  /** `false` when limits are turned off. */
  readonly rateLimits: false | undefined
}

/**
 * Reads the settings of a server from the environment; an empty value counts as none.
 * @throws {StartupError} `bad-setting`, naming the variable, what it holds and what it may hold
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): ServeSettings {
  const ttl = wholeNumber(env, 'ACCESS_TOKEN_TTL', 'seconds', 5, 3600)
  const limits = env.RATE_LIMITS || 'on'
  if (limits !== 'on' && limits !== 'off') {
    throw new StartupError('bad-setting', `RATE_LIMITS must be "on" or "off"; it is "${limits}".`)
  }
  return {
    port: wholeNumber(env, 'PORT', 'a port', 0, 65_535) ?? 3000,
    hostname: env.HOST || '127.0.0.1',
    dataDir: env.DATA_DIR || '.data',
    databaseUrl: env.DATABASE_URL || undefined,
    accessTokenTtl: ttl === undefined ? undefined : ttl * 1000,
    trustedProxies: wholeNumber(env, 'TRUSTED_PROXIES', 'a number of proxies', 0, 10) ?? 0,
    allowedOrigins: (env.ALLOWED_ORIGINS ?? '').split(',').map(toOrigin).filter(Boolean),
    rateLimits: limits === 'off' ? false : undefined,
  }
}

function wholeNumber(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  meaning: string,
  least: number,
  most: number,
): number | undefined {
  const text = env[name]
  if (!text) return undefined
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new StartupError(
    'bad-setting',
    `${name} must be ${meaning}, a whole number from ${least} to ${most}; it is "${text}".`,
  )
}

function toOrigin(text: string): string {
  const origin = text.trim()
  if (origin === '' || (URL.canParse(origin) && new URL(origin).origin === origin)) return origin
  throw new StartupError(
    'bad-setting',
    `ALLOWED_ORIGINS must be a comma-separated list such as "https://bar.example"; it has "${origin}".`,
  )
}
