import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAuthServer, generateKeys, openDatabase } from '@tabkeeper/server'
import { listen } from '@tabkeeper/server/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { page, password, user } from './support/backend.ts'

const main = fileURLToPath(new URL('../src/command/main.ts', import.meta.url))

/** Runs the command to its end, as `npx` would. */
function run(
  args: readonly string[],
  { env = {}, input = '' }: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<{ code: number | null; output: string; errors: string }> {
  const { CONFORMANCE_PASSWORD: _, ...inherited } = process.env
  const child = spawn(process.execPath, ['--conditions=@tabkeeper/source', main, ...args], {
    env: { ...inherited, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  let errors = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  child.stdin.on('error', () => {}) // it may be gone before it has read anything
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, output, errors }))
  })
}

/** The reference server on a real port, with real hashes and the limits that it has by itself. */
async function serve(options: { grace?: number } = {}) {
  const database = await openDatabase({ url: ':memory:' })
  const keys = await generateKeys()
  const auth = await createAuthServer({ database, keys, allowedOrigins: [page], ...options })
  await auth.users.create({ email: user, password, role: 'user' })
  const listening = await listen({ port: 0, hostname: '127.0.0.1', fetch: auth.fetch })
  return {
    url: `http://127.0.0.1:${listening.port}`,
    async close() {
      await listening.close(0)
      await auth.close()
      await database.close()
    },
  }
}

describe('the command', () => {
  it('finds nothing broken in the reference server, over a real port', async () => {
    const server = await serve()
    onTestFinished(() => server.close())
    const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const json = join(folder, 'report.json')
    const junit = join(folder, 'report.xml')
    const args = [server.url, '--user', user, '--origin', page, '--json', json, '--junit', junit]
    const { code, output, errors } = await run(args, { env: { CONFORMANCE_PASSWORD: password } })
    expect(errors).toBe('')
    expect(output).toContain(
      `Checking ${server.url}/api/auth as ${user}, with at most 250 requests.`,
    )
    expect(output).not.toContain('✗')
    expect(code).toBe(0)

    const report = JSON.parse(readFileSync(json, 'utf8'))
    expect(report.isPassed).toBe(true)
    const undecided = report.results.filter(({ is }: { is: string }) => is === 'undecided')
    expect(undecided.map(({ id }: { id: string }) => id)).toEqual([
      'https-only',
      'lost-answer-recovers',
      'reuse-refused',
      'reuse-ends-session',
      'reuse-named',
      'reuse-told',
      'lost-token-burned',
      'step-up-challenge',
    ])
    const xml = readFileSync(junit, 'utf8')
    expect(xml).toContain('<testsuite name="keeps people signed in"')
    expect(xml.match(/<testcase /g)).toHaveLength(report.results.length)
    for (const text of [output, JSON.stringify(report), xml]) {
      expect(text).not.toContain(password)
      expect(text).not.toMatch(/srt1_|eyJ/)
    }
  }, 30_000)

  it('ends with 1 and tells the whole story of what is broken', async () => {
    const strict = await serve({ grace: 0 })
    onTestFinished(() => strict.close())
    const where = [`${strict.url}/nowhere`, '--auth-path', '/api/auth', '--level', 'signed-in']
    const args = [...where, '--user', user, '--password', '-']
    const { code, output } = await run(args, { input: `${password}\n` })
    expect(output).toContain('It breaks second-tab-in-grace')
    expect(output.replaceAll(/\s+/g, ' ')).toContain(
      'sent POST /refresh { refresh_token: … }, by a tab that has the old token yet expected 200 with tokens came 401 with',
    )
    expect(code).toBe(1)
  }, 30_000)

  it('ends with 2 when nobody answers, or the user cannot sign in', async () => {
    const fresh = await serve()
    const wrong = await run([fresh.url, '--user', user, '--password', 'wrong'])
    expect(wrong.errors).toMatch(/^Nothing can be checked: POST \/login .* was answered 401/)
    expect(wrong.code).toBe(2)
    await fresh.close()
    const nowhere = await run([fresh.url, '--user', user, '--password', password])
    expect(nowhere.errors).toMatch(/^Nothing can be checked: POST \/login .* had no answer/)
    expect(nowhere.code).toBe(2)
  }, 30_000)

  it('says before it asks anything that a report has nowhere to go', async () => {
    const args = ['http://127.0.0.1:1', '--user', user, '--password', password]
    const { code, errors } = await run([...args, '--junit', '/nowhere/report.xml'])
    expect(errors).toBe('--junit: "/nowhere" is no folder that can be written to. See --help.\n')
    expect(code).toBe(2)
  })
})
