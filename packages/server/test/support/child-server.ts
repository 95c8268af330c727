import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const main = fileURLToPath(new URL('../../src/command/main.ts', import.meta.url))

/** Returns an empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tabkeeper-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly errors: string
}

/** A `tabkeeper-server` in a process of its own. */
export interface ChildServer {
  readonly url: string
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): Promise<Ended>
}

/** Runs the command to its end. */
export const runCommand = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  launch(args, env).ended

/** Starts `tabkeeper-server serve` on a free port and waits until it answers. */
export async function startChildServer(env: NodeJS.ProcessEnv): Promise<ChildServer> {
  const { child, ended, said } = launch(['serve'], { PORT: '0', RATE_LIMITS: 'off', ...env })
  const url = await Promise.race([
    said(/http:\/\/localhost:\d+\/api\/auth/),
    ended.then(({ errors }) => {
      throw new Error(`The server did not start: ${errors}`)
    }),
  ])
  return {
    url: url.replace('localhost', '127.0.0.1'),
    process: child,
    ended,
    kill(signal) {
      child.kill(signal)
      return ended
    },
  }
}

function launch(args: readonly string[], env: NodeJS.ProcessEnv) {
  const { NODE_ENV: _, ...inherited } = process.env
  const child = spawn(process.execPath, ['--conditions=@tabkeeper/source', main, ...args], {
    env: { ...inherited, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  let errors = ''
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  child.stdout.on('data', chunk => {
    output += chunk
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, output, errors }))
  })
  const said = (pattern: RegExp) =>
    new Promise<string>(resolve => {
      child.stdout.on('data', () => {
        const match = pattern.exec(output)
        if (match) resolve(match[0])
      })
    })
  return { child, ended, said }
}
