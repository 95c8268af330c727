import { describe, expect, it } from 'vitest'
import { help, readOptions, UsageError } from './read-options.ts'

const url = 'https://api.example.test'
const user = ['--user', 'eva']

describe('the options of the command', () => {
  it.each([
    ['has the endpoints where they usually are', [url], `${url}/api/auth`],
    ['has them where the URL says', [`${url}/v1/session`], `${url}/v1/session`],
    ['has them where --auth-path says', [`${url}/`, '--auth-path', '/auth'], `${url}/auth`],
  ])('%s', (_, args, authUrl) => {
    expect(readOptions([...args, ...user])).toMatchObject({ authUrl, user: 'eva' })
  })

  it('counts in seconds', () => {
    expect(readOptions([url, ...user, '--grace', '5', '--timeout', '2'])).toMatchObject({
      grace: 5,
      timeout: 2000,
    })
  })

  it.each([[[]], [['--help']], [['-h']]])('shows help for %j', args => {
    expect(readOptions(args)).toBe('help')
    expect(help).toContain('Usage: npx @tabkeeper/conformance <url> --user <name>')
  })

  it.each([
    [user, 'The URL of the backend is missing'],
    [[url], '--user is missing'],
    [[url, 'more', ...user], '"more" is one argument too many'],
    [['ftp://api.example.test', ...user], 'is not the URL of a backend'],
    [['api.example.test', ...user], 'is not the URL of a backend'],
    [[url, ...user, '--auth-path', 'auth'], '--auth-path begins with a slash'],
    [[url, ...user, '--transport', 'pigeon'], '--transport is one of bearer, split, cookie'],
    [[url, ...user, '--level', 'perfect'], '--level is one of signed-in, theft, hardened'],
    [[url, ...user, '--grace', 'long'], '--grace is a number from 0; got "long"'],
    [[url, ...user, '--budget', '0'], '--budget is a number from 1; got "0"'],
    [[url, ...user, '--origin', 'https://app.example.test/'], '--origin is scheme, host and port'],
    [[url, ...user, '--nonsense'], "Unknown option '--nonsense'"],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError)
    expect(() => readOptions(args)).toThrow(message)
  })
})
