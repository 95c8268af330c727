// Builds what the demonstration is served from, as far as it has changed since the last time.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamps = join(root, 'node_modules', '.cache', 'tabkeeper-start')
const env = {
  ...process.env,
  PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH,
}

/** What no build depends on. */
const ignored = /^(node_modules|dist|test|.*\.test\.\w+)$/

const everywhere = ['pnpm-lock.yaml', 'tsconfig.base.json']
const client = ['core', 'fetch', 'axios', 'react', 'vue', 'devtools'].map(
  name => `packages/${name}/src`,
)
const targets = [
  {
    name: 'server',
    folder: 'packages/server',
    command: ['tsup', '--silent'],
    inputs: ['packages/server', ...everywhere],
  },
  ...['customer', 'bartender', 'admin', 'tour'].map(app => ({
    name: `${app} app`,
    folder: `examples/${app}`,
    // The mode in which the devtools are part of it.
    command: ['vite', 'build', '--mode', 'demo', '--logLevel', 'warn'],
    inputs: [`examples/${app}`, 'examples/house', ...client, ...everywhere],
  })),
]

const stale = targets
  .map(target => ({ ...target, inputHash: hash(target.inputs) }))
  .filter(target => !isFresh(target))
if (stale.length > 0) {
  console.log(`Building the ${stale.map(({ name }) => name).join(', the ')} …`)
  const results = await Promise.all(stale.map(build))
  if (results.includes(false)) process.exit(1)
}

function isFresh({ name, folder, inputHash }) {
  const stamp = join(stamps, name)
  if (!existsSync(join(root, folder, 'dist')) || !existsSync(stamp)) return false
  return readFileSync(stamp, 'utf8') === inputHash
}

/** Runs a build quietly; only one that fails shows what it said. */
function build({ name, folder, command, inputHash }) {
  const stamp = join(stamps, name)
  rmSync(stamp, { force: true })
  return new Promise(resolve => {
    const [program, ...args] = command
    const child = spawn(program, args, {
      cwd: join(root, folder),
      env: { ...env, NODE_ENV: 'production' },
      shell: process.platform === 'win32',
    })
    let output = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('error', error => (output += error.message))
    child.on('close', code => {
      if (code === 0) {
        mkdirSync(stamps, { recursive: true })
        writeFileSync(stamp, inputHash)
      } else console.error(`The ${name} could not be built:\n${output}`)
      resolve(code === 0)
    })
  })
}

/** Sees names and contents, so that a rename counts and a touch does not. */
function hash(inputs) {
  const sum = createHash('sha256')
  for (const input of inputs) {
    for (const file of filesOf(join(root, input))) {
      sum
        .update(`${file.slice(root.length)}\0`)
        .update(readFileSync(file))
        .update('\0')
    }
  }
  return sum.digest('hex')
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter(name => !ignored.test(name))
    .sort()
    .flatMap(name => filesOf(join(path, name)))
}
