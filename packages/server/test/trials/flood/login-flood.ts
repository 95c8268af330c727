import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { launchServer } from '../../support/server-process.ts'
import type { Guessing } from './guessing.ts'

export interface FloodReport {
  readonly idle: Percentiles
  readonly flooded: Percentiles
  /** Attempts to sign in that were answered, a second. */
  readonly attempts: number
}

/** Of all refreshes of one kind of round, in milliseconds. */
export interface Percentiles {
  readonly refreshes: number
  readonly p50: number
  readonly p99: number
}

export interface FloodOptions {
  /** Pairs of rounds: one without the flood, one with it. */
  readonly rounds: number
  /** Milliseconds of a round. */
  readonly length: number
  /** Refreshes a second, whatever the answers take. */
  readonly rate: number
  /** Attempts to sign in that are always under way. */
  readonly guesses: number
  /** What else the server is told, a `DATABASE_URL` for instance. */
  readonly env?: NodeJS.ProcessEnv
}

/** Measures how long refreshes take while nobody signs in, and while a crowd guesses passwords. */
export async function measureFlood(options: FloodOptions): Promise<FloodReport> {
  const { rounds, length, rate, guesses, env } = options
  const folder = await mkdtemp(join(tmpdir(), 'tabkeeper-'))
  const server = launchServer({ DATA_DIR: folder, ...env })
  try {
    const place = await server.url
    const held: string[] = []
    for (let index = 0; index < 20; index++) {
      const email = `${crypto.randomUUID()}@bar.example`
      const { body } = await post(`${place}/register`, { email, password: crypto.randomUUID() })
      held.push(body.refresh_token)
    }

    /** Refreshes one session after the other, at a steady rate, and returns how long each took. */
    async function refreshSteadily(): Promise<number[]> {
      const took: number[] = []
      const running: Promise<void>[] = []
      const begun = performance.now()
      for (let count = 0; count < (rate * length) / 1000; count++) {
        const due = begun + (count * 1000) / rate
        await wait(Math.max(0, due - performance.now()))
        running.push(refresh(count % held.length, took))
      }
      await Promise.all(running)
      return took
    }

    async function refresh(index: number, took: number[]): Promise<void> {
      const asked = performance.now()
      const { status, body } = await post(`${place}/refresh`, { refresh_token: held[index] })
      if (status !== 200) throw new Error(`A refresh was answered ${status}`)
      held[index] = body.refresh_token
      took.push(performance.now() - asked)
    }

    await refreshSteadily() // the first round is for the compiler
    const idle: number[] = []
    const flooded: number[] = []
    let attempts = 0
    for (let round = 0; round < rounds; round++) {
      idle.push(...(await refreshSteadily()))
      const stop = await startGuessing({ place, guesses })
      flooded.push(...(await refreshSteadily()))
      attempts += await stop()
    }
    return {
      idle: percentiles(idle),
      flooded: percentiles(flooded),
      attempts: Math.round(attempts / ((rounds * length) / 1000)),
    }
  } finally {
    await server.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
}

/** Guesses passwords in a thread of its own, or one would measure how busy this one is. */
async function startGuessing(workerData: Guessing): Promise<() => Promise<number>> {
  const worker = new Worker(new URL('guessing.ts', import.meta.url), { workerData })
  const message = () =>
    new Promise<number>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  await message() // the first guess has been answered
  return async () => {
    const answered = message()
    worker.postMessage('stop')
    return answered
  }
}

async function post(url: string, body: object) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

function percentiles(took: number[]): Percentiles {
  const sorted = took.toSorted((one, other) => one - other)
  const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2))
  return { refreshes: sorted.length, p50: at(0.5), p99: at(0.99) }
}
