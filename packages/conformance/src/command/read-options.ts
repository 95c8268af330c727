import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { defaultBudget } from '../check-server.ts'
import type { CheckOptions } from '../options.ts'
import { levels, levelTitles } from '../rule.ts'

/** The command was called in a way that it does not understand. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was asked for on the command line; the password comes by several ways. */
export interface CommandOptions extends Omit<CheckOptions, 'password' | 'fetch' | 'wait' | 'now'> {
  readonly password: string | undefined
  readonly junit: string | undefined
  readonly json: string | undefined
}

const options = {
  user: { type: 'string', short: 'u' },
  password: { type: 'string', short: 'p' },
  'auth-path': { type: 'string' },
  transport: { type: 'string' },
  client: { type: 'string' },
  level: { type: 'string' },
  origin: { type: 'string' },
  'events-path': { type: 'string' },
  'step-up': { type: 'string' },
  grace: { type: 'string' },
  slow: { type: 'boolean' },
  budget: { type: 'string' },
  timeout: { type: 'string' },
  junit: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig

export const help = `Checks whether a backend keeps people signed in, detects theft, and is hardened.

Usage: npx @tabkeeper/conformance <url> --user <name> [options]

  <url>                where the backend is, such as https://api.example.test
  --user, -u <name>    an account made for this, that nobody else uses: the check signs it in
                       and out again and again, and ends all its sessions
  --password, -p <…>   its password; "-" reads a line of the standard input. Better left out:
                       then CONFORMANCE_PASSWORD is used, or you are asked

What the backend is like:
  --auth-path <path>   where login, refresh, logout, … are (the path of the URL, or /api/auth)
  --transport <kind>   how it hands tokens over (bearer):
                         bearer  both in the body
                         split   the refresh token in a cookie, the access token in the body
                         cookie  one cookie and nothing else
  --client <name>      what the header X-Session-Client says (default)
  --origin <origin>    a page that it should allow to call from elsewhere (not asked)
  --events-path <path> where it streams events (/api/events)
  --step-up <seconds>  how old a sign-in may be to end other sessions; with --slow the check
                       waits as long (not asked)
  --grace <seconds>    how long it forgives a superseded refresh token (30)

How far the check goes:
  --level <level>      the highest level that is asked for (hardened):
${levels.map(level => `                         ${level.padEnd(10)} ${levelTitles[level]}`).join('\n')}
  --slow               asks also what can only be seen when the grace is over
  --budget <number>    most requests that are sent (${defaultBudget})
  --timeout <seconds>  how long to wait for one answer (10)

What is left behind:
  --junit <file>       a report in the XML that CI servers read
  --json <file>        a report for other programs

No output holds a password or a token. Ends with 0 if no rule is broken, with 1 if one is, and
with 2 if nothing could be checked.`

/** @throws {UsageError} */
export function readOptions(args: readonly string[]): CommandOptions | 'help' {
  const { values, positionals } = parse(args)
  if (values.help || args.length === 0) return 'help'
  const [url, ...others] = positionals
  if (url === undefined) throw new UsageError('The URL of the backend is missing')
  if (others.length > 0) throw new UsageError(`"${others[0]}" is one argument too many`)
  if (values.user === undefined) throw new UsageError('--user is missing')
  const authUrl = toAuthUrl(url, values['auth-path'])
  const eventsPath = values['events-path']
  return {
    authUrl,
    eventsUrl: eventsPath && new URL(toPath('--events-path', eventsPath), authUrl).href,
    stepUp: toNumber('--step-up', values['step-up'], 1),
    user: values.user,
    password: values.password,
    transport: oneOf('--transport', values.transport, ['bearer', 'split', 'cookie'] as const),
    clientId: values.client,
    level: oneOf('--level', values.level, levels),
    origin: values.origin && toOrigin(values.origin),
    grace: toNumber('--grace', values.grace, 0),
    slow: values.slow,
    budget: toNumber('--budget', values.budget, 1),
    timeout: (toNumber('--timeout', values.timeout, 1) ?? 10) * 1000,
    junit: values.junit,
    json: values.json,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split(/[.\n]/)[0] ?? '') : '')
  }
}

function toAuthUrl(text: string, path: string | undefined): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`"${text}" is not the URL of a backend, such as https://api.example.test`)
  }
  const own = url.pathname === '/' ? '/api/auth' : url.pathname
  return url.origin + (path === undefined ? own : toPath('--auth-path', path))
}

function toPath(name: string, path: string): string {
  if (path.startsWith('/')) return path
  throw new UsageError(`${name} begins with a slash; got "${path}"`)
}

function toOrigin(text: string): string {
  const origin = URL.parse(text)?.origin
  if (origin === text) return text
  throw new UsageError(`--origin is scheme, host and port, such as https://app.example.test`)
}

function oneOf<Word extends string>(
  name: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  const found = words.find(word => word === text)
  if (found !== undefined || text === undefined) return found
  throw new UsageError(`${name} is one of ${words.join(', ')}; got "${text}"`)
}

function toNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (text.trim() !== '' && number >= least) return number
  throw new UsageError(`${name} is a number from ${least}; got "${text}"`)
}
