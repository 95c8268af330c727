import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { endWithUs } from '../../support/end-with-us.ts'
import { freePort } from '../../support/free-port.ts'

/** A PostgreSQL of one's own, which may be stopped and killed. */
export interface PostgresCluster extends AsyncDisposable {
  readonly url: string
  /** Starts it and waits until it answers. */
  start(): Promise<void>
  /** `SIGINT` ends it in order, `SIGQUIT` as a crash does: the next start recovers from its log. */
  stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>
  query(statement: string): Promise<{ rows: Record<string, unknown>[] }>
}

/** Makes an empty cluster in a temporary folder, on a free port, durable as it is by default. */
export async function openPostgresCluster(): Promise<PostgresCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'tabkeeper-postgres-'))
  const owner = notRoot()
  if (owner) await chown(folder, owner.uid, owner.gid)
  const initialise = ['-D', join(folder, 'data'), '-U', 'tabkeeper', '-A', 'trust', '--no-sync']
  const made = spawnSync(program('initdb'), initialise, { ...owner, cwd: folder })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`)
  const port = await freePort()
  const url = `postgres://tabkeeper@127.0.0.1:${port}/postgres`
  let running: ChildProcess | undefined

  async function query(statement: string) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return await client.query(statement)
    } finally {
      await client.end().catch(() => {})
    }
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    const child = running
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  const cluster: PostgresCluster = {
    url,
    query,
    stop,
    async start() {
      const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=`]
      const args = ['-D', join(folder, 'data'), ...settings.flatMap(setting => ['-c', setting])]
      running = endWithUs(
        spawn(program('postgres'), args, { ...owner, cwd: folder, stdio: 'ignore' }),
        'SIGQUIT',
      )
      const deadline = performance.now() + 60_000
      while (!(await query('select 1').catch(() => null))) {
        if (performance.now() > deadline) throw new Error('PostgreSQL does not start')
        await wait(20)
      }
    },
    async [Symbol.asyncDispose]() {
      await stop('SIGQUIT')
      await rm(folder, { recursive: true, force: true })
    },
  }
  await cluster.start()
  return cluster
}

/** PostgreSQL refuses to run as root; its package makes a user for it. */
function notRoot(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = ['-u', '-g'].map(what => Number(spawnSync('id', [what, 'postgres']).stdout))
  if (!uid || !gid)
    throw new Error('PostgreSQL does not run as root, and there is no user postgres')
  return { uid, gid }
}

/** Debian keeps the programs out of PATH. */
function program(name: string): string {
  const versions = '/usr/lib/postgresql'
  const installed = existsSync(versions) ? readdirSync(versions) : []
  const places = installed
    .sort((one, other) => Number(other) - Number(one))
    .map(version => join(versions, version, 'bin', name))
  return places.find(place => existsSync(place)) ?? name
}
