import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endWithUs } from './end-with-us.ts'

const main = fileURLToPath(new URL('../../src/command/main.ts', import.meta.url))

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly errors: string
}

/** A `tabkeeper-server` in a process of its own. */
export interface ServerProcess {
  readonly process: ChildProcessWithoutNullStreams
  /** Where the endpoints are, once it answers; rejects when it ends before. */
  readonly url: Promise<string>
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): Promise<Ended>
}

/** Launches `tabkeeper-server serve`, on a free port where none is given; the caller ends it. */
export function launchServer(env: NodeJS.ProcessEnv): ServerProcess {
  const { child, ended } = launchCommand(['serve'], { PORT: '0', RATE_LIMITS: 'off', ...env })
  let output = ''
  const said = new Promise<string>(resolve => {
    child.stdout.on('data', chunk => {
      output += chunk
      const match = /http:\/\/localhost:\d+\/[\w/]+/.exec(output)
      if (match) resolve(match[0].replace('localhost', '127.0.0.1'))
    })
  })
  const url = Promise.race([
    said,
    ended.then(({ errors }) => {
      throw new Error(`The server did not start: ${errors}`)
    }),
  ])
  url.catch(() => {}) // whoever waits for it hears of it
  return {
    process: child,
    url,
    ended,
    kill(signal) {
      child.kill(signal)
      return ended
    },
  }
}

/** Launches any command; the caller ends it. */
export function launchCommand(args: readonly string[], env: NodeJS.ProcessEnv) {
  const { NODE_ENV: _, ...inherited } = process.env
  const child = endWithUs(
    spawn(process.execPath, ['--conditions=@tabkeeper/source', main, ...args], {
      env: { ...inherited, ...env },
    }),
  )
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
  return { child, ended }
}
