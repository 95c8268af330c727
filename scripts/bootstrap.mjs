// Brings a machine that has only Node and npm to where a script can run: installs the workspace with
// the pinned pnpm, then starts scripts/<name> with the pinned Node first in PATH. Plain Node >= 20.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const isWindows = process.platform === 'win32'
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const env = {
  ...process.env,
  npm_config_loglevel: 'error',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  npm_config_prefer_offline: 'true',
}

/** The newest vitest, tsup and jsdom need one of these. */
function isSupported(version) {
  const [major, minor, patch] = version.slice(1).split('.').map(Number)
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 2)
  if (major === 24) return minor >= 15
  return major >= 26
}

let child
const stop = signal => child?.kill(signal)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal))

// SIGTERM to npm kills only the shell between npm and this process: notice that, and end too.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) stop('SIGTERM')
}, 250).unref()

function run(command, args) {
  return new Promise(done => {
    child = spawn(command, args, { cwd: root, env, stdio: 'inherit', shell: isWindows })
    child.on('error', error => {
      console.error(`${command}: ${error.message}`)
      done(127)
    })
    child.on('close', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}

const [script, ...args] = process.argv.slice(2)

/** What only the tests and the documentation need: more releases of Node and axios, and tools. */
const left = script === 'start.mjs' ? ['--filter', '!./scripts/*', '--filter', '!./docs/*'] : []

console.log('Installing the workspace (the first time takes about half a minute) …')
const installed = await run('npx', [
  '--yes',
  packageManager,
  'install',
  '--frozen-lockfile',
  '--reporter=append-only',
  ...left,
])
if (installed) process.exit(installed)

const pinned = join(bin, isWindows ? 'node.exe' : 'node')
const node = existsSync(pinned) ? pinned : process.execPath
const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
if (!isSupported(version)) {
  console.error(`Node ${version} is too old: 22.22.2 or later, 24.15 or later, or 26 is needed.`)
  process.exit(1)
}
env.PATH = bin + delimiter + env.PATH

process.exit(script ? await run(node, [join(root, 'scripts', script), ...args]) : 0)
