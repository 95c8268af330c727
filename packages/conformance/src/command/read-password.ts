import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { UsageError } from './read-options.ts'

/**
 * Returns the password: as given, from the environment, a line of the standard input, or as somebody types
 * it unseen.
 * @throws {UsageError} when there is none
 */
export async function readPassword(given: string | undefined, user: string): Promise<string> {
  if (given !== undefined && given !== '-') return given
  const { CONFORMANCE_PASSWORD } = process.env
  if (given === undefined && CONFORMANCE_PASSWORD) return CONFORMANCE_PASSWORD
  const { stdin } = process
  if (given === undefined && !stdin.isTTY) {
    throw new UsageError('The password is missing: set CONFORMANCE_PASSWORD, or give --password -')
  }
  const password = await readLine(`Password of ${user}: `)
  if (password === '') throw new UsageError('The password is empty')
  return password
}

async function readLine(question: string): Promise<string> {
  const { stdin, stderr } = process
  if (stdin.isTTY) stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY })
  try {
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
    if (stdin.isTTY) stderr.write('\n')
  }
}
