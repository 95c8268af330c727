import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Ended, launchCommand, launchServer, type ServerProcess } from './server-process.ts'

/** Returns an empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tabkeeper-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs the command to its end; `input` is what it finds on the standard input. */
export function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  input = '',
): Promise<Ended> {
  const { child, ended } = launchCommand(args, env)
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdin.on('error', () => {}) // a command that reads nothing may be gone already
  child.stdin.end(input)
  return ended
}

/** A `tabkeeper-server` that answers. */
export interface ChildServer extends Omit<ServerProcess, 'url'> {
  readonly url: string
}

/** Starts `tabkeeper-server serve` on a free port and waits until it answers. */
export async function startChildServer(env: NodeJS.ProcessEnv): Promise<ChildServer> {
  const server = launchServer(env)
  onTestFinished(() => void server.process.kill('SIGKILL'))
  return { ...server, url: await server.url }
}
