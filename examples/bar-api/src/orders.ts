import { randomUUID } from 'node:crypto'
import { type Clock, type Database, toInstant } from '@tabkeeper/server'
import type { BarTables, OrderItemRow, OrderRow } from './tables.ts'

/** An order as JSON shows it. */
export interface Order {
  readonly id: string
  readonly number: number
  readonly status: 'open' | 'made'
  readonly customer: { readonly id: string; readonly name: string }
  readonly items: readonly {
    readonly menu_item_id: string
    readonly name: string
    readonly quantity: number
    readonly price_cents: number
  }[]
  readonly note: string | null
  readonly total_cents: number
  readonly created_at: string
  readonly made_at: string | null
}

export interface OrderedItem {
  readonly menu_item_id: string
  readonly quantity: number
}

/** Something that is not on the menu, or not today. */
export class OrderRejected extends Error {
  override readonly name = 'OrderRejected'
}

/** The orders of the bar. */
export function createOrders(database: Database, clock: Clock) {
  const kysely = database.kysely.withTables<BarTables>()

  const select = () =>
    kysely
      .selectFrom('bar_orders')
      .innerJoin('users', 'users.id', 'bar_orders.customer_id')
      .selectAll('bar_orders')
      .select(['users.name as customer_name', 'users.email as customer_email'])

  async function withItems(
    rows: readonly (OrderRow & { customer_name: string | null; customer_email: string })[],
  ): Promise<Order[]> {
    if (rows.length === 0) return []
    const ids = rows.map(row => row.id)
    const items = await kysely
      .selectFrom('bar_order_items')
      .selectAll()
      .where('order_id', 'in', ids)
      .orderBy('position')
      .execute()
    const itemsOf = Map.groupBy(items, item => item.order_id)
    return rows.map(row => {
      const name = row.customer_name ?? row.customer_email
      return toOrder(row, name, itemsOf.get(row.id) ?? [])
    })
  }

  async function find(id: string): Promise<Order | null> {
    const [order] = await withItems(await select().where('bar_orders.id', '=', id).execute())
    return order ?? null
  }

  return {
    find,

    /** Writes an order down at today's prices. @throws {OrderRejected} and writes nothing */
    async place(
      customerId: string,
      items: readonly OrderedItem[],
      note: string | null,
    ): Promise<Order> {
      const id = randomUUID()
      await kysely.transaction().execute(async transaction => {
        const menu = await transaction.selectFrom('bar_menu_items').selectAll().execute()
        const lines = items.map(({ menu_item_id, quantity }, position) => {
          const item = menu.find(one => one.id === menu_item_id)
          if (!item) throw new OrderRejected(`"${menu_item_id}" is not on the menu.`)
          if (!item.available) throw new OrderRejected(`${item.name} is not available today.`)
          const { name, price_cents } = item
          return { order_id: id, position, menu_item_id, name, price_cents, quantity }
        })
        const created_at = toInstant(clock.now())
        await transaction
          .insertInto('bar_orders')
          .values({ id, customer_id: customerId, note, created_at })
          .execute()
        await transaction.insertInto('bar_order_items').values(lines).execute()
      })
      const order = await find(id)
      if (!order) throw new Error(`Order ${id} vanished after it was placed`)
      return order
    },

    /** Newest first. */
    async ofCustomer(customerId: string): Promise<Order[]> {
      const query = select().where('customer_id', '=', customerId).orderBy('number', 'desc')
      return withItems(await query.limit(100).execute())
    },

    /** Oldest first; everything without a status. */
    async list(status?: 'open' | 'made'): Promise<Order[]> {
      const query = select()
        .$if(status === 'open', orders => orders.where('made_at', 'is', null))
        .$if(status === 'made', orders => orders.where('made_at', 'is not', null))
        .orderBy('number')
      return withItems(await query.limit(200).execute())
    },

    /** Marks an order as made, once; again changes nothing. */
    async markMade(id: string, bartenderId: string): Promise<Order | null> {
      await kysely
        .updateTable('bar_orders')
        .set({ made_at: toInstant(clock.now()), made_by: bartenderId })
        .where('id', '=', id)
        .where('made_at', 'is', null)
        .execute()
      return find(id)
    },
  }
}

const toOrder = (row: OrderRow, customerName: string, items: readonly OrderItemRow[]): Order => ({
  id: row.id,
  number: row.number,
  status: row.made_at === null ? 'open' : 'made',
  customer: { id: row.customer_id, name: customerName },
  items: items.map(({ menu_item_id, name, quantity, price_cents }) => {
    return { menu_item_id, name, quantity, price_cents }
  }),
  note: row.note,
  total_cents: items.reduce(
    (total, { quantity, price_cents }) => total + quantity * price_cents,
    0,
  ),
  created_at: row.created_at,
  made_at: row.made_at,
})
