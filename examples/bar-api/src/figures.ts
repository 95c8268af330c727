import { type Clock, type Database, fromInstant, toInstant } from '@tabkeeper/server'
import type { BarTables } from './tables.ts'

/** The last day at the bar, for the dashboard. */
export interface Figures {
  /** The 24 hours that the figures are of, ISO 8601. */
  readonly from: string
  readonly to: string
  readonly orders: { readonly placed: number; readonly made: number; readonly open: number }
  readonly revenue_cents: number
  /** Seconds from an order to its drink, half of them faster; `null` before the first drink. */
  readonly median_wait: number | null
  /** 24 counts, the hour that ends now last. */
  readonly placed_by_hour: readonly number[]
  /** At most five, the most wanted first. */
  readonly favourites: readonly { readonly name: string; readonly quantity: number }[]
}

const HOUR = 3_600_000
const HOURS = 24

/** Counts what the last 24 hours brought. `open` are all orders that wait, however old. */
export async function barFigures(database: Database, clock: Clock): Promise<Figures> {
  const kysely = database.kysely.withTables<BarTables>()
  const to = clock.now()
  const from = to - HOURS * HOUR

  const placed = await kysely
    .selectFrom('bar_orders')
    .select(['created_at', 'made_at'])
    .where('created_at', '>', toInstant(from))
    .execute()
  const sold = await kysely
    .selectFrom('bar_order_items')
    .innerJoin('bar_orders', 'bar_orders.id', 'bar_order_items.order_id')
    .where('bar_orders.created_at', '>', toInstant(from))
    .select(['name', 'quantity', 'price_cents'])
    .execute()
  const { open } = await kysely
    .selectFrom('bar_orders')
    .where('made_at', 'is', null)
    .select(({ fn }) => fn.countAll().as('open'))
    .executeTakeFirstOrThrow()

  const hours = placed.map(({ created_at }) => Math.floor((fromInstant(created_at) - from) / HOUR))
  const waits = placed.flatMap(({ created_at, made_at }) =>
    made_at === null ? [] : [fromInstant(made_at) - fromInstant(created_at)],
  )
  const quantities = Map.groupBy(sold, ({ name }) => name)
  const favourites = [...quantities]
    .map(([name, lines]) => ({ name, quantity: sum(lines.map(line => line.quantity)) }))
    .toSorted((a, b) => b.quantity - a.quantity || a.name.localeCompare(b.name))

  return {
    from: toInstant(from),
    to: toInstant(to),
    orders: { placed: placed.length, made: waits.length, open: Number(open) },
    revenue_cents: sum(sold.map(({ quantity, price_cents }) => quantity * price_cents)),
    median_wait: median(waits),
    placed_by_hour: Array.from({ length: HOURS }, (_, hour) => {
      return hours.filter(one => Math.min(one, HOURS - 1) === hour).length
    }),
    favourites: favourites.slice(0, 5),
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

/** In whole seconds. */
function median(waits: readonly number[]): number | null {
  const sorted = waits.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]
  return middle === undefined ? null : Math.round(middle / 1000)
}
