import { setTimeout as wait } from 'node:timers/promises'
import { generateKeyMaterial } from '../../../src/index.ts'
import { createCrowd } from './crowd.ts'
import { type Fleet, openFleet } from './fleet.ts'
import type { Ledger } from './guest.ts'

/** What can be done to the surroundings of a fleet; each resolves when the fault is over. */
export type Fault = (fleet: Fleet) => Promise<unknown>

export interface ClusterOptions {
  readonly databaseUrl: string
  readonly redisUrl: string
  /** Name, what is done, and how often. */
  readonly faults: readonly (readonly [name: string, fault: Fault, times: number])[]
  /** @default 3 */
  readonly instances?: number
  /** @default 120 */
  readonly guests?: number
  /** Milliseconds of calm after each recovery. @default 1_000 */
  readonly calm?: number
  readonly tell?: (row: FaultRow) => void
}

/** One kind of fault, and what came of it; milliseconds at most. */
export interface FaultRow {
  readonly fault: string
  readonly times: number
  /** Attempts that got no answer, or one that says to come back. */
  readonly retries: number
  /** From the end of the fault until everybody had been served again. */
  readonly servedAgain: number
  /** From the end of the fault until all instances were ready. */
  readonly allReady: number
  /** How long somebody waited for one answer, the fault included. */
  readonly slowest: number
  readonly breaches: number
}

export interface ClusterReport {
  readonly rows: readonly FaultRow[]
  readonly acknowledged: Ledger['counts']
  readonly breaches: readonly string[]
}

/**
 * Keeps a crowd busy on several instances that share one PostgreSQL and one Redis, lets the faults
 * happen one after the other, and looks in the end whether anything that was acknowledged is missing.
 */
export async function tryCluster({
  databaseUrl,
  redisUrl,
  faults,
  instances = 3,
  guests = 120,
  calm = 1_000,
  tell = () => {},
}: ClusterOptions): Promise<ClusterReport> {
  const keys = await generateKeyMaterial()
  await using fleet = await openFleet(instances, {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REFRESH_TOKEN_KEYS: keys.refreshTokenKeys,
    ACCESS_TOKEN_KEYS: keys.accessTokenKeys,
    RATE_LIMITS: 'on',
    TRUSTED_PROXIES: '1',
  })
  await fleet.allReady()
  // At this pace hardly anybody refreshes more often than the limit of 30 a minute allows.
  await using crowd = createCrowd({
    size: guests,
    pace: 600,
    place: fleet.place,
    chances: { refresh: 0.1, signOut: 0.02 },
  })
  const { ledger } = crowd
  await crowd.allServed()

  const rows: FaultRow[] = []
  for (const [name, fault, times] of faults) {
    const before = { retries: ledger.counts.retries, breaches: ledger.breaches.length }
    ledger.slowest = 0
    let servedAgain = 0
    let allReady = 0
    for (let time = 0; time < times; time++) {
      await fault(fleet)
      const [served, ready] = await Promise.all([crowd.allServed(), fleet.allReady()])
      servedAgain = Math.max(servedAgain, served)
      allReady = Math.max(allReady, ready)
      await wait(calm)
    }
    const row = {
      fault: name,
      times,
      retries: ledger.counts.retries - before.retries,
      servedAgain: Math.round(servedAgain),
      allReady: Math.round(allReady),
      slowest: Math.round(ledger.slowest),
      breaches: ledger.breaches.length - before.breaches,
    }
    rows.push(row)
    tell(row)
  }

  await crowd.rest()
  await crowd.check()
  const breaches = [
    ...ledger.breaches,
    ...fleet.complaints.map(text => `an instance said: ${text}`),
  ]
  return { rows, acknowledged: { ...ledger.counts }, breaches }
}
