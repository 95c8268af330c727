import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthServer, generateKeys, openDatabase } from '../src/index.ts'
import { temporaryFolder } from './support/child-server.ts'
import { createPostgres, describeOnBoth, hasPostgres } from './support/databases.ts'

describe('the embedded database', () => {
  it('belongs to one owner, in this process too', async () => {
    const dataDir = temporaryFolder()
    const first = await openDatabase({ dataDir })
    onTestFinished(() => first.close())
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: 'database-in-use' })
    await first.close()
    const next = await openDatabase({ dataDir })
    await next.close()
  }, 10_000)

  it('is written through to the disk, and for this user alone', async () => {
    const dataDir = temporaryFolder()
    const database = await openDatabase({ dataDir })
    onTestFinished(() => database.close())
    const { rows } = await sql`pragma synchronous`.execute(database.kysely)
    expect(rows).toEqual([{ synchronous: 2 }])
    expect(statSync(join(dataDir, 'tabkeeper.sqlite')).mode & 0o077).toBe(0)
  })
})

describe('the data folder', () => {
  it('keeps itself out of a repository that is added as a whole', async () => {
    const dataDir = join(temporaryFolder(), 'new')
    await (await openDatabase({ dataDir })).close()
    expect(readFileSync(join(dataDir, '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('is left as it is where somebody has made it', async () => {
    const dataDir = temporaryFolder()
    await (await openDatabase({ dataDir })).close()
    expect(readdirSync(dataDir)).not.toContain('.gitignore')
  })
})

describe('a database', () => {
  it('needs a place', async () => {
    await expect(openDatabase({})).rejects.toMatchObject({ code: 'bad-setting' })
  })
})

describeOnBoth('an existing database', create => {
  it('keeps its sessions when a server starts on it again', async () => {
    const source = await create()
    onTestFinished(() => source.drop())
    const database = await source.open()
    onTestFinished(() => database.close())
    const keys = await generateKeys()
    const first = await createAuthServer({ database, keys })
    const created = await first.users.create({
      email: 'kim@bar.example',
      password: 'correct horse battery',
      role: 'user',
    })
    const second = await createAuthServer({ database, keys })
    expect(created).toMatchObject({ is: 'created' })
    expect(await second.users.findByEmail('kim@bar.example')).toMatchObject({ role: 'user' })
  })
})

describe.skipIf(!hasPostgres)('an empty PostgreSQL', () => {
  it('is set up once by instances that start together', async () => {
    const source = await createPostgres()
    onTestFinished(() => source.drop())
    const keys = await generateKeys()
    const databases = await Promise.all(Array.from({ length: 6 }, () => source.open()))
    onTestFinished(async () => void (await Promise.all(databases.map(one => one.close()))))
    await Promise.all(databases.map(database => createAuthServer({ database, keys })))
    const [database] = databases
    const tenants = await database?.kysely.selectFrom('tenants').selectAll().execute()
    expect(tenants).toHaveLength(1)
  })
})
