import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCommand, startChildServer, temporaryFolder } from './support/child-server.ts'

/** One sentence on the error output, and nothing else: no stack, no second line. */
const oneSentence = (pattern: RegExp) =>
  expect.stringMatching(new RegExp(`^(?!.*\\n.)${pattern.source}[^\\n]*\\n$`, 's'))

async function freePort(onConnection: (socket: Socket) => void = () => {}): Promise<number> {
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
    const port = await freePort()
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
  }, 15_000)

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
    const port = await freePort()
    const env = { DATABASE_URL: `postgres://127.0.0.1:${port}/bar`, DATA_DIR: temporaryFolder() }
    expect(await runCommand(['serve'], env)).toMatchObject({
      code: 1,
      errors: oneSentence(/The database at .* does not answer/),
    })
  }, 15_000)

  it('says which setting is wrong', async () => {
    const env = { DATA_DIR: temporaryFolder(), PORT: 'abc' }
    expect(await runCommand(['serve'], env)).toMatchObject({
      code: 1,
      output: '',
      errors: oneSentence(/PORT must be a port, a whole number from 0 to 65535; it is "abc"/),
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
  it('explains itself', async () => {
    const { code, output } = await runCommand(['--help'])
    expect(code).toBe(0)
    for (const word of [
      'serve',
      'generate-keys',
      'PORT',
      'DATA_DIR',
      'DATABASE_URL',
      'ACCESS_TOKEN_TTL',
    ]) {
      expect(output).toContain(word)
    }
  })

  it.each([[[]], [['sevre']], [['serve', 'twice']]])('refuses %j', async args => {
    const ended = await runCommand(args)
    expect(ended).toMatchObject({ code: 2, errors: oneSentence(/.* try "tabkeeper-server serve"/) })
  })
})
