import { describe, expect, it } from 'vitest'
import { defaultClients } from '../sessions/client-policy.ts'
import { readSettings } from './settings.ts'

const tokens = [
  'kQm1cLrTz0vXy8sUe7hWnBpGf3aJd5oI2tE6uR9q',
  'pL4zXc8Vb2Nm6Qw0Er3Ty7Ui1Op5As9DfGh',
] as const

describe('the settings of a server', () => {
  it('have defaults, also for variables that are empty', () => {
    const settings = {
      port: 3000,
      hostname: '127.0.0.1',
      dataDir: '.data',
      databaseUrl: undefined,
      redisUrl: undefined,
      basePath: undefined,
      shortPaths: undefined,
      accessTokenTtl: undefined,
      trustedProxies: 0,
      allowedOrigins: [],
      allowedHosts: [],
      importedSessions: false,
      rateLimits: undefined,
      maxSessions: undefined,
      addresses: undefined,
      admin: { tokens: [] },
      metrics: undefined,
      logLevel: 'info',
      drain: 0,
      auditRetention: 365 * 24 * 60 * 60_000,
      clients: defaultClients,
      cookies: { secure: false, crossSite: false },
    }
    expect(readSettings({})).toEqual(settings)
    const names = [
      'PORT',
      'HOST',
      'DATA_DIR',
      'DATABASE_URL',
      'ACCESS_TOKEN_TTL',
      'TRUSTED_PROXIES',
    ]
    expect(readSettings(Object.fromEntries(names.map(name => [name, ''])))).toEqual(settings)
  })

  it('are read in the units of the environment and kept in milliseconds', () => {
    expect(
      readSettings({
        PORT: '0',
        HOST: '0.0.0.0',
        DATA_DIR: '/srv/bar',
        DATABASE_URL: 'postgres://db/bar',
        REDIS_URL: 'redis://db',
        BASE_PATH: '/api/sales/auth',
        SHORT_PATHS: '/api',
        ALLOWED_HOSTS: 'bar.example, localhost:3000',
        REGISTRATION: 'off',
        IMPORTED_SESSIONS: 'on',
        ACCESS_TOKEN_TTL: '6',
        TRUSTED_PROXIES: '2',
        ALLOWED_ORIGINS: 'https://bar.example, http://localhost:5173',
        RATE_LIMITS: 'off',
        CLIENTS: 'till, admin',
        CLIENT_TRANSPORTS: 'admin=cookie, customer=split, till=split',
        COOKIE_SECURE: 'on',
        COOKIE_CROSS_SITE: 'on',
        MAX_SESSIONS: '3',
        ADDRESSES: 'truncated',
        ADMIN_TOKEN: tokens.join(', '),
        METRICS_PORT: '9100',
        AUDIT_RETENTION: '30',
        LOG_LEVEL: 'debug',
        DRAIN_SECONDS: '5',
      }),
    ).toEqual({
      port: 0,
      hostname: '0.0.0.0',
      dataDir: '/srv/bar',
      databaseUrl: 'postgres://db/bar',
      redisUrl: 'redis://db',
      basePath: '/api/sales/auth',
      shortPaths: '/api',
      allowedHosts: ['bar.example', 'localhost:3000'],
      registration: false,
      importedSessions: true,
      accessTokenTtl: 6_000,
      trustedProxies: 2,
      allowedOrigins: ['https://bar.example', 'http://localhost:5173'],
      rateLimits: false,
      clients: {
        ...defaultClients,
        admin: { ...defaultClients.admin, transport: 'cookie' },
        customer: { ...defaultClients.customer, transport: 'split' },
        till: { ...defaultClients.default, transport: 'split' },
      },
      cookies: { secure: true, crossSite: true },
      maxSessions: 3,
      addresses: 'truncated',
      admin: { tokens },
      metrics: { port: 9100, hostname: '127.0.0.1' },
      logLevel: 'debug',
      drain: 5_000,
      auditRetention: 30 * 24 * 60 * 60_000,
    })
  })

  it.each([
    [{ PORT: 'abc' }, 'PORT must be a port, a whole number from 0 to 65535; it is "abc".'],
    [{ PORT: '70000' }, 'PORT must be'],
    [{ PORT: '-1' }, 'PORT must be'],
    [{ PORT: '3000.5' }, 'PORT must be'],
    [{ ACCESS_TOKEN_TTL: '0' }, 'ACCESS_TOKEN_TTL must be seconds, a whole number from 5 to 3600'],
    [{ ACCESS_TOKEN_TTL: '1e3' }, 'ACCESS_TOKEN_TTL must be'],
    [{ ACCESS_TOKEN_TTL: '3601' }, 'ACCESS_TOKEN_TTL must be'],
    [{ TRUSTED_PROXIES: 'all' }, 'TRUSTED_PROXIES must be'],
    [{ RATE_LIMITS: 'no' }, 'RATE_LIMITS must be "on" or "off"; it is "no".'],
    [{ ALLOWED_ORIGINS: 'https://bar.example/' }, 'ALLOWED_ORIGINS must be'],
    [{ ALLOWED_ORIGINS: '*' }, 'ALLOWED_ORIGINS must be'],
    [{ ALLOWED_ORIGINS: 'null' }, 'ALLOWED_ORIGINS must be'],
    [{ CLIENTS: 'a till' }, 'CLIENTS must be'],
    [{ CLIENT_TRANSPORTS: 'cookie' }, 'CLIENT_TRANSPORTS must be'],
    [{ CLIENT_TRANSPORTS: 'nobody=cookie' }, 'CLIENT_TRANSPORTS must be'],
    [{ CLIENT_TRANSPORTS: 'toString=cookie' }, 'CLIENT_TRANSPORTS must be'],
    [{ CLIENT_TRANSPORTS: 'admin=cookies' }, 'CLIENT_TRANSPORTS must be'],
    [{ ADDRESSES: 'some' }, 'ADDRESSES must be one of full, truncated, none; it is "some".'],
    [{ MAX_SESSIONS: '0' }, 'MAX_SESSIONS must be'],
    [{ COOKIE_SECURE: 'yes' }, 'COOKIE_SECURE must be "on" or "off"; it is "yes".'],
    [{ COOKIE_SECURE: 'off', NODE_ENV: 'production' }, 'COOKIE_SECURE must be "on" in production'],
    [{ COOKIE_CROSS_SITE: 'on' }, 'COOKIE_CROSS_SITE needs COOKIE_SECURE'],
    [{ DATABASE_URL: 'mysql://kim:hunter2@db/bar' }, 'DATABASE_URL must be a URL that begins with'],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL must be a URL that begins with redis://.'],
    [{ BASE_PATH: 'api/auth' }, 'BASE_PATH must be a path such as "/api/sales/auth"; it is'],
    [{ BASE_PATH: '/api/auth/' }, 'BASE_PATH must be'],
    [{ BASE_PATH: '/api/admin' }, 'BASE_PATH must not be "/api/admin"'],
    [{ PORT: '4000', METRICS_PORT: '4000' }, 'METRICS_PORT must be another port than PORT; both'],
    [{ SHORT_PATHS: '/' }, 'SHORT_PATHS must be'],
    [{ ALLOWED_HOSTS: 'https://bar.example' }, 'ALLOWED_HOSTS must be'],
    [{ ALLOWED_HOSTS: 'bar.example/x' }, 'ALLOWED_HOSTS must be'],
    [{ REGISTRATION: 'no' }, 'REGISTRATION must be "on" or "off"; it is "no".'],
    [
      { LOG_LEVEL: 'loud' },
      'LOG_LEVEL must be one of debug, info, warn, error, off; it is "loud".',
    ],
    [{ ADMIN_TOKEN: 'secret' }, 'An admin token must have 32 random bytes'],
    [
      { ALLOWED_ORIGINS: 'http://bar.example', NODE_ENV: 'production' },
      'ALLOWED_ORIGINS must begin with https:// in production',
    ],
  ])('refuse %j', (env, message) => {
    expect(() => readSettings(env)).toThrow(
      expect.objectContaining({ code: 'bad-setting', message: expect.stringContaining(message) }),
    )
  })

  it('are refused with one sentence for each mistake, and no secret in any', () => {
    const env = {
      PORT: 'x',
      DATABASE_URL: 'mysql://kim:hunter2@db',
      ADMIN_TOKEN: 'tiny',
      RATE_LIMITS: 'no',
    }
    const lines = (() => {
      try {
        readSettings(env)
      } catch (error) {
        return error instanceof Error ? error.message.split('\n') : []
      }
      return []
    })()
    expect(lines).toHaveLength(4)
    for (const line of lines) expect(line).toMatch(/^[A-Z].*\.$/)
    for (const name of Object.keys(env)) expect(lines.join('\n')).toContain(name)
    expect(lines.join('\n')).not.toMatch(/hunter2|tiny/)
  })
})
