import { parseArgs } from 'node:util'
import { generateKeyMaterial } from '../keys/server-keys.ts'
import { run } from '../node/run.ts'
import { serve } from './serve.ts'

const help = `Tabkeeper's reference server.

Usage: tabkeeper-server <command>

Commands:
  serve            serves the endpoints under /api/auth until it is stopped
  generate-keys    prints new keys, for the environment of a production server

Environment of serve:
  PORT               the port to listen on (3000)
  HOST               the address to listen on; 0.0.0.0 for all (127.0.0.1)
  DATA_DIR           the folder of the embedded database (.data)
  DATABASE_URL       postgres://… to use PostgreSQL instead
  ACCESS_TOKEN_TTL   seconds an access token lives, 5 to 3600 (1800)
  ALLOWED_ORIGINS    origins of pages elsewhere that may call, comma-separated (none)
  TRUSTED_PROXIES    reverse proxies in front, whose X-Forwarded-For counts (0)
  RATE_LIMITS        "off" turns the limits on login and refresh off (on)
  REFRESH_TOKEN_KEYS, ACCESS_TOKEN_KEYS
                     the keys; required with NODE_ENV=production, otherwise
                     made at the first start and kept in DATA_DIR/keys.json`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { help: { type: 'boolean', short: 'h' } },
})
const [command, ...rest] = positionals

if (values.help || command === 'help') {
  console.log(help)
} else if (command === 'serve' && rest.length === 0) {
  await run(() => serve(process.env))
} else if (command === 'generate-keys' && rest.length === 0) {
  const { refreshTokenKeys, accessTokenKeys } = await generateKeyMaterial()
  console.log(`REFRESH_TOKEN_KEYS='${refreshTokenKeys}'\nACCESS_TOKEN_KEYS='${accessTokenKeys}'`)
} else {
  const found =
    command === undefined ? 'No command was given' : `"${positionals.join(' ')}" is not a command`
  console.error(`${found}: try "tabkeeper-server serve" or "tabkeeper-server --help".`)
  process.exitCode = 2
}
