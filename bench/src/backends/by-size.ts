import { summarize } from '../report/statistics.ts'
import { SIZES } from './catalogue.ts'
import { startSubject } from './child.ts'
import { createTemporaryDatabase, type TemporaryDatabase } from './database.ts'
import type { ServerResult, SizeRow, WriteSizes } from './results.ts'
import { cycling, type TurnOptions, takeTurns } from './turns.ts'

/** Sessions that send requests, at most: from all over the table, so that every page of it is wanted. */
const spread = 20_000

/** What a request costs among more and more sessions, how big those are, and what is written of them. */
export async function measureBySize(
  options: TurnOptions,
): Promise<Pick<ServerResult, 'sizes' | 'writes' | 'goals'>> {
  await using stack = new AsyncDisposableStack()
  const places = []
  for (const sessions of SIZES) {
    options.say(`filling in ${sessions.toLocaleString('en')} sessions`)
    const database = stack.use(await createTemporaryDatabase())
    const running = stack.use(
      await startSubject('tabkeeper', {
        databaseUrl: database.url,
        sessions,
        lastSeen: 'not noted',
      }),
    )
    const requests = await running.requests('cookie', Math.min(spread, sessions / 2))
    const next = cycling(requests)
    places.push({ sessions, database, running, name: String(sessions), begin: async () => next })
  }
  const measured = await takeTurns(places, {
    ...options,
    say: text => options.say(`by size: ${text}`),
  })
  const times = (sessions: number) =>
    (measured.get(String(sessions)) ?? []).map(({ perSecond }) => 1_000_000 / perSecond)
  const smallest = times(SIZES[0])
  const sizes: SizeRow[] = []
  for (const { sessions, database } of places) {
    const rounds = times(sessions)
    sizes.push({
      sessions,
      perRequest: summarize(rounds),
      ofSmallest: summarize(rounds.map((time, round) => time / (smallest[round] ?? Number.NaN))),
      p99: summarize((measured.get(String(sessions)) ?? []).map(({ p99 }) => p99)),
      ...(await rowSizes(database, sessions)),
    })
  }
  const largest = places.at(-1)
  const last = sizes.at(-1)
  if (!largest || !last) throw new Error('Nothing was measured')
  options.say('what is written')
  return {
    sizes,
    writes: await measureWrites(largest.database),
    goals: [
      {
        name: `a request among ${last.sessions.toLocaleString('en')} sessions: as long as among ${SIZES[0].toLocaleString('en')}`,
        ratio: last.ofSmallest,
        wanted: { is: 'at most', ratio: 1.2 },
      },
    ],
  }
}

async function rowSizes(
  database: TemporaryDatabase,
  sessions: number,
): Promise<{ rowBytes: number; totalBytes: number }> {
  const [row] = await database.query<{ heap: string; total: string }>(
    `select pg_relation_size('sessions') as heap, pg_total_relation_size('sessions') as total`,
  )
  return { rowBytes: Number(row?.heap) / sessions, totalBytes: Number(row?.total) / sessions }
}

/**
 * Does to 200 rows what a refresh and a minute do, and has PostgreSQL say how much that logged. Each row is
 * touched before, so that copies of whole pages after a checkpoint are not counted.
 */
async function measureWrites(database: TemporaryDatabase): Promise<WriteSizes> {
  const rows = await database.query<{ id: string }>(
    `select id from sessions where transport = 'bearer' order by id limit 200`,
  )
  const rotate = `gen = gen + 1, parent_gen = gen, confirmed_gen = gen, window_gen = gen,
    window_at = now(), rotated_at = now(), last_seen_at = now(), expires_at = expires_at + interval '1 second'`
  const see = `last_seen_at = last_seen_at + interval '1 minute', confirmed_gen = confirmed_gen, expires_at = expires_at`
  const logged = async (change: string): Promise<number> => {
    const bytes: number[] = []
    for (const { id } of rows) {
      const update = `update sessions set ${change} where id = '${id}'`
      await database.query(update)
      const [plan] = await database.query<{ 'QUERY PLAN': [{ Plan: { 'WAL Bytes': number } }] }>(
        `explain (analyze, wal, format json) ${update}`,
      )
      bytes.push(plan?.['QUERY PLAN'][0].Plan['WAL Bytes'] ?? Number.NaN)
    }
    return Math.round(summarize(bytes).median)
  }
  return { rotation: await logged(rotate), lastSeen: await logged(see) }
}
