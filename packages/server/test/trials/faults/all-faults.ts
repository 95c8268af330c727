import { setTimeout as wait } from 'node:timers/promises'
import type { Fault } from './cluster.ts'
import type { PostgresCluster } from './postgres-cluster.ts'

const second = 1_000

/** Ends every connection of the instances, as an administrator or a fail-over does. */
export const cutConnections = (query: (statement: string) => Promise<unknown>): Fault => {
  const own = `datname = current_database() and application_name like 'tabkeeper%'`
  return () => query(`select pg_terminate_backend(pid) from pg_stat_activity where ${own}`)
}

/** Kills one instance after the other. */
export const killOne = (): Fault => {
  let next = 0
  return fleet => Promise.resolve(fleet.kill(next++ % fleet.size))
}

export const killAll: Fault = async fleet => {
  for (let index = 0; index < fleet.size; index++) fleet.kill(index)
}

/** Everything that happens to three instances in `npm run faults`. */
export function allFaults(
  postgres: PostgresCluster,
  redis: { start(): Promise<void>; stop(): Promise<void> },
  rounds: number,
) {
  const one = killOne()
  const restart =
    (signal: 'SIGINT' | 'SIGQUIT', away = 0): Fault =>
    async () => {
      await postgres.stop(signal)
      await wait(away)
      await postgres.start()
    }
  const withoutRedis =
    (away: number): Fault =>
    async () => {
      await redis.stop()
      await wait(away)
      await redis.start()
    }
  return [
    ['an instance is killed', one, 4 * rounds],
    ['all instances are killed', killAll, rounds],
    ['connections to PostgreSQL are cut', cutConnections(postgres.query), 2 * rounds],
    ['a process of PostgreSQL is killed', killBackend(postgres), rounds],
    ['PostgreSQL is restarted in order', restart('SIGINT'), rounds],
    ['PostgreSQL crashes and recovers', restart('SIGQUIT'), rounds],
    ['PostgreSQL is away for 35 seconds', restart('SIGINT', 35 * second), 1],
    ['Redis is away for 5 seconds', withoutRedis(5 * second), rounds],
    [
      'an instance, PostgreSQL and Redis at once',
      fleet => Promise.all([one(fleet), restart('SIGQUIT')(fleet), withoutRedis(second)(fleet)]),
      rounds,
    ],
  ] as const satisfies readonly (readonly [string, Fault, number])[]
}

/** PostgreSQL takes the death of one of its processes for a corruption, and starts anew with all of them. */
const killBackend =
  ({ query }: PostgresCluster): Fault =>
  async () => {
    const own = `application_name = 'tabkeeper' limit 1`
    const { rows } = await query(`select pid from pg_stat_activity where ${own}`)
    const pid = Number(rows[0]?.pid)
    process.kill(pid, 'SIGKILL')
    const isBack = async () => {
      const left = await query(`select from pg_stat_activity where pid = ${pid}`).catch(() => null)
      return left?.rows.length === 0
    }
    while (!(await isBack())) await wait(20)
  }
