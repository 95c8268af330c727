import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { launchServer, type ServerProcess } from '../../support/server-process.ts'
import { createCrowd } from './crowd.ts'
import type { Ledger } from './guest.ts'

export interface EmbeddedReport {
  readonly kills: number
  /** Of these, how many met a server that had not said yet that it serves. */
  readonly duringStart: number
  readonly acknowledged: Ledger['counts']
  /** How long a start took at most after a kill, in milliseconds. */
  readonly slowestStart: number
  readonly breaches: readonly string[]
}

/**
 * Kills a server with an embedded database again and again in the middle of acknowledged writes, and
 * while it starts; after each kill it has to start, and in the end nothing may be missing.
 *
 * @param busy how long the crowd is busy between two kills at most, in milliseconds
 */
export async function killEmbedded({
  kills,
  size = 12,
  busy = 1_000,
}: {
  kills: number
  size?: number
  busy?: number
}): Promise<EmbeddedReport> {
  const folder = await mkdtemp(join(tmpdir(), 'tabkeeper-'))
  let server: ServerProcess | undefined
  let place = ''
  let slowestStart = 0
  let duringStart = 0
  const breaches: string[] = []

  async function start(): Promise<void> {
    const begun = performance.now()
    server = launchServer({ DATA_DIR: folder })
    place = await server.url
    slowestStart = Math.max(slowestStart, performance.now() - begun)
  }

  /** One time in ten, the next start is killed too, wherever it is. */
  async function killStart(): Promise<void> {
    const starting = launchServer({ DATA_DIR: folder })
    await wait(Math.random() * 1_000)
    const { signal, errors } = await starting.kill('SIGKILL')
    if (signal !== 'SIGKILL') breaches.push(`a start ended by itself: ${errors}`)
    duringStart++
  }

  try {
    await killStart() // before there is anything
    await start()
    await using crowd = createCrowd({
      size,
      pace: 0,
      place: () => place,
      chances: { refresh: 0.6, signOut: 0.1 },
    })
    const { ledger } = crowd
    for (let kill = 1; kill < kills; kill++) {
      await crowd.allServed()
      await wait(Math.random() * busy)
      const { signal, errors } = (await server?.kill('SIGKILL')) ?? {}
      if (signal !== 'SIGKILL' || errors !== '') breaches.push(`the server said: ${errors}`)
      if (kill % 10 === 0) {
        await killStart()
        kill++
      }
      await start()
    }
    await crowd.allServed()
    await crowd.rest()
    await crowd.check()
    const acknowledged = { ...ledger.counts }
    breaches.push(...ledger.breaches)
    const { code, errors } = (await server?.kill('SIGTERM')) ?? {}
    if (code !== 0) breaches.push(`the server did not end by itself: ${errors}`)
    return { kills, duringStart, acknowledged, slowestStart: Math.round(slowestStart), breaches }
  } finally {
    await server?.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
}
