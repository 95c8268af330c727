// Runs a program quietly.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './packages.mjs'

/** Far longer than any of these programs takes, also on a busy machine: one that is still there hangs. */
const PATIENCE_MS = 600_000

/** Resolves with the exit code (`null` for one that hung and was ended) and all that it said. */
export function run(program, args, { cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, timeout: PATIENCE_MS, killSignal: 'SIGKILL' })
    let output = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('error', reject)
    child.on('close', code => resolve({ code, output }))
  })
}

/** The pinned pnpm; throws with what it said when it fails. */
export async function pnpm(args, options) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
  const { code, output } = await run(npx, ['--yes', packageManager, ...args], options)
  const what = code === null ? `did not end within ${PATIENCE_MS / 1000} s` : 'failed'
  if (code !== 0) throw new Error(`pnpm ${args.join(' ')} ${what}:\n${output}`)
  return output
}
