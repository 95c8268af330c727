// Measures Tabkeeper side by side with what people use today. What it is compared with has a lock file of
// its own in bench/, and is installed here: nobody else has to wait for it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { provideBrowsers } from './browsers.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bench = join(root, 'bench')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

function run(command, args, options) {
  const { status } = spawnSync(command, args, { cwd: bench, stdio: 'inherit', ...options })
  if (status !== 0) process.exit(status ?? 1)
}

const isOfServer = process.argv[2] === 'server'
if (!isOfServer) Object.assign(process.env, await provideBrowsers(root))
run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], {
  shell: process.platform === 'win32',
})
run(process.execPath, [join(root, 'node_modules/typescript-7/bin/tsc'), '-p', '.'])
// In this process, so that a signal ends it and nothing goes on without it.
if (isOfServer) {
  process.argv.splice(2, 1)
  await import('../bench/src/backends/main.ts')
} else {
  await import('../bench/src/main.ts')
}
