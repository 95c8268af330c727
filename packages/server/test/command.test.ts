import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { runCommand, startChildServer, temporaryFolder } from './support/child-server.ts'
import { freePort } from './support/free-port.ts'

// Each test starts processes, which takes long on a busy machine.
vi.setConfig({ testTimeout: 90_000 })

/** One sentence on the error output, and nothing else: no stack, no second line. */
const oneSentence = (pattern: RegExp) =>
  expect.stringMatching(new RegExp(`^(?!.*\\n.)${pattern.source}[^\\n]*\\n$`, 's'))

/** A port that somebody else listens on. */
async function takenPort(onConnection: (socket: Socket) => void = () => {}): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>(resolve => server.listen(0, resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return address.port
}

describe('tabkeeper-server serve', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends cleanly and at once on %s',
    async signal => {
      const server = await startChildServer({ DATA_DIR: temporaryFolder() })
      // A browser keeps its connection open; that must not keep the server.
      expect((await fetch(`${server.url}/me`)).status).toBe(401)
      const began = performance.now()
      expect(await server.kill(signal)).toMatchObject({ code: 0, signal: null, errors: '' })
      expect(performance.now() - began).toBeLessThan(2_000)
    },
  )

  it('serves figures on a port of their own, and only there', async () => {
    const port = await freePort()
    const env = { DATA_DIR: temporaryFolder(), METRICS_PORT: String(port) }
    const server = await startChildServer(env)
    await fetch(`${server.url}/me`)
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(metrics.headers.get('Content-Type')).toContain('text/plain; version=0.0.4')
    expect(await metrics.text()).toContain('tabkeeper_sessions_active 0\n')
    expect((await fetch(`http://127.0.0.1:${port}/api/auth/me`)).status).toBe(404)
    expect((await fetch(new URL('/metrics', server.url))).status).toBe(404)
    expect(await server.kill('SIGTERM')).toMatchObject({ code: 0, errors: '' })
  })

  it('serves where it is told to, and closes registration', async () => {
    const server = await startChildServer({
      DATA_DIR: temporaryFolder(),
      BASE_PATH: '/api/sales/auth',
      SHORT_PATHS: '/api',
      REGISTRATION: 'off',
    })
    const ask = async (path: string) => {
      const response = await fetch(new URL(path, server.url), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ email: 'kim@bar.example', password: 'correct horse battery' }),
      })
      return [response.status, (await response.json()).code]
    }
    expect(new URL(server.url).pathname).toBe('/api/sales/auth')
    expect(await ask('/api/sales/auth/login')).toEqual([401, 'invalid_credentials'])
    expect(await ask('/api/login')).toEqual([401, 'invalid_credentials'])
    expect(await ask('/api/sales/auth/register')).toEqual([403, 'forbidden'])
    expect(await ask('/api/auth/login')).toEqual([404, 'not_found'])
    await server.kill('SIGTERM')
  })

  it('answers the request it is working on before it ends', async () => {
    const server = await startChildServer({ DATA_DIR: temporaryFolder() })
    const answer = fetch(`${server.url}/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'kim@bar.example', password: 'correct horse battery' }),
    })
    // Hashing the password takes long enough for the signal to arrive in between.
    await fetch(`${server.url}/me`)
    const ended = server.kill('SIGTERM')
    expect((await answer).status).toBe(201)
    const answered = performance.now()
    expect(await ended).toMatchObject({ code: 0 })
    expect(performance.now() - answered).toBeLessThan(2_000) // its connection is kept alive
  })

  it('says that the port is in use', async () => {
    const port = await takenPort()
    const env = { DATA_DIR: temporaryFolder(), PORT: String(port) }
    expect(await runCommand(['serve'], env)).toMatchObject({
      code: 1,
      errors: oneSentence(new RegExp(`Port ${port} is in use`)),
    })
  })

  it.each([
    ['a file', (folder: string) => writeFileSync(join(folder, 'data'), '')],
    [
      'a folder whose database is no database',
      (folder: string) => {
        mkdirSync(join(folder, 'data'))
        writeFileSync(join(folder, 'data', 'tabkeeper.sqlite'), 'x'.repeat(8_192))
      },
    ],
    [
      'a folder whose keys are damaged',
      (folder: string) => {
        mkdirSync(join(folder, 'data'))
        writeFileSync(join(folder, 'data', 'keys.json'), '{"refreshTokenKeys":')
      },
    ],
  ])('says that it cannot use %s as its data folder', async (_, prepare) => {
    const folder = temporaryFolder()
    prepare(folder)
    const ended = await runCommand(['serve'], { DATA_DIR: join(folder, 'data'), PORT: '0' })
    expect(ended).toMatchObject({ code: 1, output: '', errors: oneSentence(/.*/) })
    expect(ended.errors).toContain(folder)
  })

  it('says that a folder does not exist where the system lets nobody make one', async () => {
    expect(await runCommand(['serve'], { DATA_DIR: '/proc/tabkeeper', PORT: '0' })).toMatchObject({
      code: 1,
      errors: oneSentence(/The data folder cannot be written/),
    })
  })

  it('refuses a second server on the same data folder, and the first goes on', async () => {
    const DATA_DIR = temporaryFolder()
    const first = await startChildServer({ DATA_DIR })
    expect(await runCommand(['serve'], { DATA_DIR, PORT: '0' })).toMatchObject({
      code: 1,
      errors: oneSentence(/The database .*tabkeeper\.sqlite is in use by another process/),
    })
    expect((await fetch(`${first.url}/me`)).status).toBe(401)
  })

  it('says that the database refuses connections', async () => {
    const env = {
      DATABASE_URL: 'postgres://bar:hunter2@127.0.0.1:1/bar',
      DATA_DIR: temporaryFolder(),
    }
    const ended = await runCommand(['serve'], env)
    expect(ended).toMatchObject({
      code: 1,
      errors: oneSentence(/The database at postgres:\/\/127\.0\.0\.1:1\/bar does not answer/),
    })
    expect(ended.errors).not.toContain('hunter2')
  })

  it('gives up a database that takes the connection and never says a word', async () => {
    const port = await takenPort()
    const env = { DATABASE_URL: `postgres://127.0.0.1:${port}/bar`, DATA_DIR: temporaryFolder() }
    expect(await runCommand(['serve'], env)).toMatchObject({
      code: 1,
      errors: oneSentence(/The database at .* does not answer/),
    })
  })

  it('says which settings are wrong, a sentence for each', async () => {
    const env = { DATA_DIR: temporaryFolder(), PORT: 'abc', MAX_SESSIONS: '0' }
    expect(await runCommand(['serve'], env)).toMatchObject({
      code: 1,
      output: '',
      errors:
        'PORT must be a port, a whole number from 0 to 65535; it is "abc".\nMAX_SESSIONS must be a number of sessions, a whole number from 1 to 1000; it is "0".\n',
    })
  })

  it('refuses to start in production without keys, and says how to make them', async () => {
    const production = { NODE_ENV: 'production', DATA_DIR: temporaryFolder(), PORT: '0' }
    expect(await runCommand(['serve'], production)).toMatchObject({
      code: 1,
      errors: oneSentence(
        /REFRESH_TOKEN_KEYS and ACCESS_TOKEN_KEYS must be set: run "tabkeeper-server generate-keys"/,
      ),
    })
    const { output, code } = await runCommand(['generate-keys'])
    expect(code).toBe(0)
    const keys = Object.fromEntries(
      [...output.matchAll(/^(\w+)='(.*)'$/gm)].map(([, name = '', value]) => [name, value]),
    )
    const server = await startChildServer({ ...production, ...keys })
    expect((await fetch(`${server.url}/.well-known/jwks.json`)).status).toBe(200)
  })
})

describe('tabkeeper-server', () => {
  const commands = [
    'serve',
    'generate-keys',
    'migrate',
    'import',
    'cleanup',
    'stats',
    'add-user',
    'revoke-user',
  ]

  it('explains itself', async () => {
    const { code, output } = await runCommand(['--help'])
    expect(code).toBe(0)
    for (const command of commands) expect(output).toContain(`  ${command} `)
  })

  it.each(commands)('explains %s, and does nothing', async command => {
    const DATA_DIR = temporaryFolder()
    const { code, output, errors } = await runCommand([command, '--help'], { DATA_DIR })
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(output).toContain(`Usage: tabkeeper-server ${command}`)
    expect(readdirSync(DATA_DIR)).toEqual([])
  })

  it('explains every setting that it reads', async () => {
    const { output } = await runCommand(['serve', '--help'])
    const source = readFileSync(new URL('../src/node/settings.ts', import.meta.url), 'utf8')
    const names = new Set(source.match(/\b[A-Z]{2,}(_[A-Z]+)*\b/g))
    for (const name of ['NODE_ENV', ...names]) expect(output).toContain(name)
    expect(names.size).toBeGreaterThan(15)
  })

  it.each<[string[], RegExp]>([
    [[], /No command was given: try "tabkeeper-server serve"/],
    [['sevre'], /"sevre" is not a command: try "tabkeeper-server serve"/],
    [['toString'], /"toString" is not a command/],
    [['serve', 'twice'], /"twice" is one argument too many: try "tabkeeper-server serve --help"/],
    [['add-user'], /An argument is missing: try "tabkeeper-server add-user --help"/],
    [['stats', '--jsno'], /Unknown option '--jsno'.*: try "tabkeeper-server stats --help"/],
    [
      ['cleanup', '--sessions', 'x'],
      /--sessions must be a whole number of days, .*; it is "x": try/,
    ],
    [['cleanup', '--sessions', '1e9'], /--sessions must be a .* from 1 to 36500; it is "1e9": try/],
    [['cleanup', '--events', '99999999999'], /--events must be a .* it is "99999999999": try/],
    [['revoke-user', 'a@b', '--enable', '--disable'], /--disable and --enable exclude each other/],
  ])('refuses %j', async (args, message) => {
    const ended = await runCommand(args, { DATA_DIR: temporaryFolder() })
    expect(ended).toMatchObject({ code: 2, output: '', errors: oneSentence(message) })
  })

  it('makes an account, counts and ends its sessions, and disables it', async () => {
    const env = { DATA_DIR: temporaryFolder() }
    const email = 'kim@bar.example'
    const password = 'correct horse battery'
    expect(await runCommand(['migrate'], env)).toMatchObject({ code: 0, errors: '' })
    const add = (given: string, ...options: string[]) =>
      runCommand(['add-user', email, ...options], env, given)
    expect(await add('short\n')).toMatchObject({
      code: 1,
      errors: oneSentence(/Choose another password: it has fewer than 8 characters\./),
    })
    expect(await add(`${password}\nignored`, '--role', 'admin', '--name', 'Kim')).toMatchObject({
      code: 0,
      output: `${email} can sign in, with the role admin.\n`,
      errors: '',
    })
    expect(await add(password)).toMatchObject({
      code: 1,
      errors: oneSentence(/kim@bar.example already has an account/),
    })

    const login = async () => {
      const server = await startChildServer(env)
      const { status } = await fetch(`${server.url}/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ email, password }),
      })
      await server.kill('SIGTERM')
      return status
    }
    expect(await login()).toBe(200)
    const stats = async () => JSON.parse((await runCommand(['stats', '--json'], env)).output)
    expect(await stats()).toMatchObject({ active: 1, users: 1 })
    expect((await runCommand(['stats'], env)).output).toMatch(
      /^active sessions +1\n {2}default +1\n/,
    )
    expect(await runCommand(['revoke-user', email, '--disable'], env)).toMatchObject({
      code: 0,
      output: `Ended: 1 sessions of ${email}. The account is disabled.\n`,
    })
    expect(await stats()).toMatchObject({ active: 0, revoked: { admin: 1 } })
    expect(await login()).toBe(401)
    expect(await runCommand(['revoke-user', 'nobody@bar.example'], env)).toMatchObject({
      code: 1,
      errors: oneSentence(/Nobody has an account with the address nobody@bar.example/),
    })
    expect(await runCommand(['stats', '--tenant', 'sales'], env)).toMatchObject({
      code: 1,
      errors: oneSentence(/There is no tenant "sales"/),
    })
    expect(await runCommand(['cleanup', '--sessions', '1'], env)).toMatchObject({
      code: 0,
      output: 'Deleted: 0 sessions and 0 events.\n',
    })
  })

  it('imports all of a file or nothing', async () => {
    const env = { DATA_DIR: temporaryFolder() }
    const file = join(env.DATA_DIR, 'import.sql')
    const tenant = (name: string) =>
      `insert into tenants (id, name, created_at) values (gen_random_uuid(), '${name}', '2026-03-01T12:00:00.000Z');`
    writeFileSync(file, `${tenant('sales')}\n${tenant('sales')}`)
    expect(await runCommand(['import', file], env)).toMatchObject({
      code: 1,
      output: '',
      errors: oneSentence(/Nothing was imported: UNIQUE constraint failed: tenants.name\./),
    })
    for (const [word, ...script] of [
      ['COMMIT', tenant('sales'), 'commit;', 'nonsense;'],
      ['BEGIN', 'begin transaction;', tenant('sales'), 'commit;'],
    ]) {
      writeFileSync(file, script.join('\n'))
      expect(await runCommand(['import', file], env)).toMatchObject({
        code: 1,
        errors: oneSentence(new RegExp(`Nothing was imported: .* has a ${word} of its own`)),
      })
    }
    writeFileSync(file, tenant('sales'))
    expect(await runCommand(['import', file], env)).toMatchObject({ code: 0, errors: '' })
    expect(await runCommand(['stats', '--tenant', 'sales'], env)).toMatchObject({ code: 0 })
    expect(await runCommand(['import', `${file}x`], env)).toMatchObject({
      code: 1,
      errors: oneSentence(/.*import\.sqlx cannot be read: ENOENT/),
    })
  })

  it('says that a running server has the embedded database', async () => {
    const DATA_DIR = temporaryFolder()
    const server = await startChildServer({ DATA_DIR })
    expect(await runCommand(['stats'], { DATA_DIR })).toMatchObject({
      code: 1,
      errors: oneSentence(/The database .* is in use by another process/),
    })
    await server.kill('SIGTERM')
  })
})

describe('health', () => {
  it('is told to load balancers: alive, ready, and no longer ready before it stops', async () => {
    const server = await startChildServer({ DATA_DIR: temporaryFolder(), DRAIN_SECONDS: '1' })
    const ask = async (path: string) => {
      const response = await fetch(new URL(path, server.url))
      return [response.status, await response.text()]
    }
    expect(await ask('/healthz')).toEqual([200, 'alive\n'])
    expect(await ask('/readyz')).toEqual([200, 'ready\n'])
    const ended = server.kill('SIGTERM')
    // The signal and the request take ways of their own, so the answer is asked for until it comes.
    let status: unknown = 200
    while (status === 200) [status] = await ask('/readyz')
    expect(status).toBe(503)
    expect(await ask('/healthz')).toEqual([200, 'alive\n'])
    expect((await fetch(`${server.url}/me`)).status).toBe(401)
    expect(await ended).toMatchObject({ code: 0, errors: '' })
  })
})
