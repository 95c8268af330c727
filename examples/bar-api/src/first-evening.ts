import { randomBytes, randomUUID } from 'node:crypto'
import { type Clock, type Database, toInstant, type UserStore } from '@tabkeeper/server'
import { drinks } from './menu.ts'
import type { BarTables } from './tables.ts'

/** Orders by the hour of the day, from midnight on. */
const usual = [3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 2, 1, 1, 2, 3, 5, 7, 9, 10, 8, 6]
const tables = ['Table 1', 'Table 2', 'Table 3', 'Table 4']
const HOUR = 3_600_000

/**
 * Gives a bar that nobody has been to a day that could have been: orders of the tables, all of them
 * made, so that the office has something to draw. Does nothing where there is an order already.
 */
export async function imagineFirstEvening(
  database: Database,
  users: UserStore,
  clock: Clock,
): Promise<void> {
  const kysely = database.kysely.withTables<BarTables>()
  const any = await kysely.selectFrom('bar_orders').select('id').limit(1).executeTakeFirst()
  if (any) return

  const guests = await Promise.all(tables.map(name => createTable(users, name)))
  const day = ordersBefore(clock.now()).map((order, index) => ({
    ...order,
    id: randomUUID(),
    guest: guests[index % guests.length] ?? '',
  }))
  await kysely.transaction().execute(async transaction => {
    await transaction
      .insertInto('bar_orders')
      .values(
        day.map(({ id, guest, placedAt, madeAt }) => ({
          id,
          customer_id: guest,
          note: null,
          created_at: toInstant(placedAt),
          made_at: toInstant(madeAt),
        })),
      )
      .execute()
    await transaction
      .insertInto('bar_order_items')
      .values(day.flatMap(({ id, lines }) => lines.map(line => ({ order_id: id, ...line }))))
      .execute()
  })
}

/** A table is a guest that nobody signs in as. */
async function createTable(users: UserStore, name: string): Promise<string> {
  const email = `${name.toLowerCase().replace(' ', '-')}@bar.example`
  const existing = await users.findByEmail(email)
  if (existing) return existing.id
  const password = randomBytes(24).toString('base64url')
  const created = await users.create({ email, password, role: 'customer', name })
  if (created.is !== 'created') throw new Error(`${name} could not be made: ${created.is}`)
  return created.user.id
}

/** The same day for everybody, with nothing in the hour that has just ended. */
function ordersBefore(now: number) {
  const hours = Array.from({ length: 22 }, (_, index) => now - (23 - index) * HOUR)
  const times = hours.flatMap(from => {
    const count = usual[new Date(from).getHours()] ?? 0
    return Array.from({ length: count }, (_, index) => from + ((index + 0.5) * HOUR) / count)
  })
  const served = drinks.filter(({ available }) => available)
  return times.map((placedAt, index) => ({
    placedAt,
    madeAt: placedAt + 1000 * (95 + ((index * 53) % 330)),
    lines: Array.from({ length: 1 + (index % 2) }, (_, position) => {
      // Two steps that have nothing in common with the length of the menu: some are wanted more.
      const drink = served[(index * index + position * 5) % served.length]
      if (!drink) throw new RangeError('There is nothing on the menu')
      const { id: menu_item_id, name, price_cents } = drink
      return { position, menu_item_id, name, price_cents, quantity: 1 + ((index + position) % 3) }
    }),
  }))
}
