import { describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'

describe('the settings of a server', () => {
  it('have defaults, also for variables that are empty', () => {
    const settings = {
      port: 3000,
      hostname: '127.0.0.1',
      dataDir: '.data',
      databaseUrl: undefined,
      accessTokenTtl: undefined,
      trustedProxies: 0,
      allowedOrigins: [],
      rateLimits: undefined,
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
        ACCESS_TOKEN_TTL: '6',
        TRUSTED_PROXIES: '2',
        ALLOWED_ORIGINS: 'https://bar.example, http://localhost:5173',
        RATE_LIMITS: 'off',
      }),
    ).toEqual({
      port: 0,
      hostname: '0.0.0.0',
      dataDir: '/srv/bar',
      databaseUrl: 'postgres://db/bar',
      accessTokenTtl: 6_000,
      trustedProxies: 2,
      allowedOrigins: ['https://bar.example', 'http://localhost:5173'],
      rateLimits: false,
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
  ])('refuse %j', (env, message) => {
    expect(() => readSettings(env)).toThrow(
      expect.objectContaining({ code: 'bad-setting', message: expect.stringContaining(message) }),
    )
  })
})
