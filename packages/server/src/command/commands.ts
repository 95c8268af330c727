import { readFileSync } from 'node:fs'
import type { ParseArgsConfig } from 'node:util'
import { countSessions } from '../admin/figures.ts'
import { generateKeyMaterial } from '../keys/server-keys.ts'
import { run } from '../node/run.ts'
import { StartupError } from '../startup-error.ts'
import type { PasswordReason } from '../users/password-rules.ts'
import { readSecret } from './read-secret.ts'
import { serve } from './serve.ts'
import { withData, withStores } from './with-stores.ts'

type Value = string | boolean | (string | boolean)[] | undefined
type Values = Readonly<Record<string, Value>>

/** A command was called in a way that it does not understand; the message is the first half of a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface Command {
  readonly summary: string
  /** What comes behind the name, and what it means. */
  readonly usage: string
  readonly options: NonNullable<ParseArgsConfig['options']> &
    Record<string, { readonly type: 'string' | 'boolean' }>
  /** How many arguments there must be. */
  readonly positionals: number
  /** @throws {StartupError | UsageError} with the one sentence for who has called it */
  run(values: Values, positionals: readonly string[]): Promise<void>
}

const database = `
Environment:
  DATA_DIR           the folder of the embedded database (.data)
  DATABASE_URL       postgres://… to use PostgreSQL instead

The embedded database belongs to one process: stop the server first.`

const tenant = '  --tenant <name>    whose, where one deployment serves several (default)'

const day = 24 * 60 * 60_000
const mostDays = 36_500

export const commands: Readonly<Record<string, Command>> = {
  serve: {
    summary: 'Serves the endpoints under /api/auth until it is stopped.',
    usage: `

Try it: "tabkeeper-server serve", then open http://localhost:3000/api/auth/openapi.

Environment, with what holds where nothing is set:
  PORT               the port to listen on (3000)
  HOST               the address to listen on; 0.0.0.0 for all (127.0.0.1)
  DATA_DIR           the folder of the embedded database (.data)
  DATABASE_URL       postgres://… to use PostgreSQL instead
  REFRESH_TOKEN_KEYS, ACCESS_TOKEN_KEYS
                     the keys, from "tabkeeper-server generate-keys"; required with
                     NODE_ENV=production, otherwise made at the first start and
                     kept in DATA_DIR/keys.json

Endpoints and sessions:
  BASE_PATH          where the endpoints are (/api/auth)
  SHORT_PATHS        below which /login, /logout and /user are answered too, as older
                     clients call them, such as "/api" (none)
  REGISTRATION       "off" closes POST /register (on)
  IMPORTED_SESSIONS  "on" takes refresh tokens of the older system that sessions were
                     imported from (off)
  ACCESS_TOKEN_TTL   seconds an access token lives, 5 to 3600 (1800)
  MAX_SESSIONS       live sessions of one user; the oldest makes room (20)
  RATE_LIMITS        "off" turns the limits on login and refresh off (on)
  REDIS_URL          redis://… where instances count rate limits together; while it is
                     gone each counts for itself (none: each for itself)

Browsers:
  ALLOWED_ORIGINS    origins of pages elsewhere that may call, comma-separated (none)
  ALLOWED_HOSTS      the hosts that the server is called by, comma-separated; a request
                     for another is refused (any)
  CLIENTS            names of frontends besides default, admin, customer and
                     bartender, comma-separated; they live as long as default (none)
  CLIENT_TRANSPORTS  which clients keep their token in a cookie: split (the refresh
                     token) or cookie (everything), such as
                     "admin=cookie,customer=split" (none)
  COOKIE_SECURE      "off" lets cookies travel over plain http, for development
                     (on with NODE_ENV=production, otherwise off)
  COOKIE_CROSS_SITE  "on" lets pages of ALLOWED_ORIGINS on other sites use the
                     cookies (off)

Operation:
  TRUSTED_PROXIES    reverse proxies in front, whose X-Forwarded-For counts (0)
  ADDRESSES          what is written down of clients' addresses: full,
                     truncated (to the network) or none (full)
  AUDIT_RETENTION    days that the audit trail is kept (365)
  ADMIN_TOKEN        a token of 32 random bytes or more by which other servers use
                     /api/admin; two, comma-separated, while one is replaced (none)
  LOG_LEVEL          what is written to the standard output, a line of JSON each: debug,
                     info (each request and event), warn, error or off (info)
  METRICS_PORT       a port for Prometheus, at /metrics and without a login (none)
  METRICS_HOST       the address that it listens on (127.0.0.1)
  DRAIN_SECONDS      how long to go on serving after SIGTERM, while /readyz already
                     says no, so that a load balancer can look away (0)

/healthz answers 200 while the process lives, /readyz while it can serve: 503 when the
database does not answer or the server is about to stop. A setting that cannot work ends
the start with a sentence on the error output, and the exit code 1.`,
    options: {},
    positionals: 0,
    run: () => run(() => serve(process.env)),
  },

  'generate-keys': {
    summary: 'Prints new keys, for the environment of a production server.',
    usage: `

Keep both lines in the environment of every instance. To replace keys without signing anybody
out, give all instances the new ones behind the old (REFRESH_TOKEN_KEYS is a comma-separated
list, ACCESS_TOKEN_KEYS has a list of keys), then the new ones in front, and remove the old
when no token of theirs is alive: after the idle limit of the longest session. The first key
of a list makes tokens, all of them prove.`,
    options: {},
    positionals: 0,
    async run() {
      const { refreshTokenKeys, accessTokenKeys } = await generateKeyMaterial()
      console.log(
        `REFRESH_TOKEN_KEYS='${refreshTokenKeys}'\nACCESS_TOKEN_KEYS='${accessTokenKeys}'`,
      )
    },
  },

  migrate: {
    summary: 'Brings the tables up to date; serve does the same when it starts.',
    usage: `\n${database}`,
    options: {},
    positionals: 0,
    run: () =>
      withData(process.env, async ({ database: { location } }) => {
        console.log(`The tables in ${location} are up to date.`)
      }),
  },

  import: {
    summary: 'Runs the SQL of an import, all of it or nothing.',
    usage: ` <file>

For accounts and sessions of an older system: docs/importing.md of the project has the SQL. The
tables are brought up to date first. The file is one transaction, without BEGIN and COMMIT of its
own. SQLite knows gen_random_uuid() and sha256(text), as
PostgreSQL does.
${database}`,
    options: {},
    positionals: 1,
    run: (_, [file = '']) =>
      withData(process.env, async ({ database: { script, location } }) => {
        await script(readScript(file)).catch(cause => {
          throw sentence(`Nothing was imported: ${messageOf(cause)}.`)
        })
        console.log(`${file} was imported into ${location}.`)
      }),
  },

  cleanup: {
    summary: 'Deletes what has long been over; serve does the same every hour.',
    usage: ` [options]

Options:
  --sessions <days>  how long sessions are kept after their end (30)
  --events <days>    how long the audit trail is kept (365)
${database}`,
    options: { sessions: { type: 'string' }, events: { type: 'string' } },
    positionals: 0,
    run: values =>
      withData(process.env, async ({ tenants, ofTenant }) => {
        const retention = {
          sessions: days('--sessions', values.sessions, 30),
          events: days('--events', values.events, 365),
        }
        let [sessions, events] = [0, 0]
        for (const { id } of await tenants.list()) {
          const { store, trail } = ofTenant(id)
          sessions += await store.cleanupExpiredSessions({ retention: retention.sessions })
          events += await trail.cleanup({ retention: retention.events })
        }
        console.log(`Deleted: ${sessions} sessions and ${events} events.`)
      }),
  },

  stats: {
    summary: 'Prints how many sessions there are.',
    usage: ` [options]

Options:
  --json             prints JSON instead of text
${tenant}
${database}`,
    options: { json: { type: 'boolean' }, tenant: { type: 'string' } },
    positionals: 0,
    run: values =>
      withStores(process.env, tenantOf(values), async ({ settings }) => {
        const figures = await countSessions(settings)
        if (values.json) {
          console.log(JSON.stringify(figures, null, 2))
          return
        }
        console.log(`active sessions           ${figures.active}`)
        for (const [client, count] of Object.entries(figures.activeByClient)) {
          console.log(`  ${client.padEnd(22)}  ${count}`)
        }
        console.log(`users signed in           ${figures.users}`)
        console.log(`most sessions of a user   ${figures.perUser.most}`)
        console.log(`created since midnight    ${figures.createdToday}`)
        console.log(`expired within a day      ${figures.expired}`)
        for (const [reason, count] of Object.entries(figures.revoked)) {
          console.log(`ended: ${reason.padEnd(18)} ${count}`)
        }
      }),
  },

  'add-user': {
    summary: 'Makes an account.',
    usage: ` <email> [options]

Asks for the password, or reads it from the first line of the standard input. It is never an
argument: those are seen by others and kept in histories.

Options:
  --role <role>      what the account may do (user)
  --name <name>      the name that is shown
${tenant}
${database}`,
    options: { role: { type: 'string' }, name: { type: 'string' }, tenant: { type: 'string' } },
    positionals: 1,
    run: (values, [email = '']) =>
      withStores(process.env, tenantOf(values), async ({ users }) => {
        if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw sentence(`"${email}" is not an address.`)
        const password = await readSecret(`Password of ${email}: `)
        const created = await users.create({
          email,
          password,
          role: text(values.role) ?? 'user',
          name: text(values.name),
        })
        switch (created.is) {
          case 'created':
            console.log(`${created.user.email} can sign in, with the role ${created.user.role}.`)
            return
          case 'email-taken':
            throw sentence(`${email} already has an account.`)
          case 'password-rejected':
            throw sentence(
              `Choose another password: ${created.reasons.map(reason => inWords[reason]).join(', ')}.`,
            )
        }
      }),
  },

  'revoke-user': {
    summary: 'Ends all sessions of a user, at once and on every instance.',
    usage: ` <email> [options]

Options:
  --disable          also keeps the user from signing in again
  --enable           lets a disabled user sign in again
${tenant}
${database}`,
    options: {
      disable: { type: 'boolean' },
      enable: { type: 'boolean' },
      tenant: { type: 'string' },
    },
    positionals: 1,
    run: (values, [email = '']) =>
      withStores(process.env, tenantOf(values), async stores => {
        if (values.disable && values.enable)
          throw new UsageError('--disable and --enable exclude each other')
        const user = await stores.users.findByEmail(email)
        if (!user) throw sentence(`Nobody has an account with the address ${email}.`)
        const by = { actor: 'tabkeeper-server' }
        if (values.disable || values.enable) {
          await stores.users.setDisabled(user.id, values.disable === true, by)
        }
        const count = await stores.store.revokeUserSessions(user.id, { reason: 'admin', by })
        console.log(`Ended: ${count} sessions of ${user.email}.${afterword(values)}`)
      }),
  },
}

function afterword({ disable, enable }: Values): string {
  if (disable) return ' The account is disabled.'
  return enable ? ' The account is enabled.' : ''
}

function readScript(file: string): string {
  let script: string
  try {
    script = readFileSync(file, 'utf8')
  } catch (cause) {
    throw sentence(`${file} cannot be read: ${messageOf(cause)}.`)
  }
  // Not END, which ends the body of a function too; and there BEGIN has no semicolon.
  const own = /^\s*(begin|start|commit|rollback)(\s+(transaction|work))?\s*;/im.exec(script)
  if (!own) return script
  throw sentence(
    `Nothing was imported: ${file} has a ${own[1]?.toUpperCase()} of its own, and all of it is one transaction; leave that out.`,
  )
}

/** What is wrong with a password, as it is said to whoever has chosen it. */
const inWords: Readonly<Record<PasswordReason, string>> = {
  too_short: 'it has fewer than 8 characters',
  too_long: 'it has more than 1,024 bytes',
  too_common: 'it is one of the commonest',
  contains_email: 'the address is part of it',
}

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause)

const sentence = (message: string) => new StartupError('bad-setting', message)

const tenantOf = ({ tenant }: Values): string => text(tenant) ?? 'default'

const text = (value: Value): string | undefined => (typeof value === 'string' ? value : undefined)

function days(option: string, value: Value, otherwise: number): number {
  const count =
    value === undefined ? otherwise : /^\d+$/.test(`${value}`) ? Number(value) : Number.NaN
  if (count >= 1 && count <= mostDays) return count * day
  throw new UsageError(
    `${option} must be a whole number of days, from 1 to ${mostDays}; it is "${value}"`,
  )
}
