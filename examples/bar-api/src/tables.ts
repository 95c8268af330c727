import {
  columnTypes,
  type Database,
  type Flag,
  type Instant,
  type Migrations,
} from '@tabkeeper/server'
import { type Generated, type Kysely, type Selectable, sql } from 'kysely'
import { drinks } from './menu.ts'

/** The bar's own tables, beside the server's in the same database. */
export type BarTables = {
  bar_menu_items: MenuItemTable
  bar_orders: OrderTable
  bar_order_items: OrderItemTable
  bar_images: ImageTable
}

type MenuItemTable = {
  id: string
  name: string
  description: string
  category: string
  price_cents: number
  available: Flag
  position: number
}

type OrderTable = {
  /** Counts up, so that a bartender can call it out. */
  number: Generated<number>
  id: string
  customer_id: string
  note: string | null
  created_at: Instant
  made_at: Instant | null
  made_by: string | null
}

type OrderItemTable = {
  order_id: string
  position: number
  menu_item_id: string
  /** As they were when the order was placed; menus change. */
  name: string
  price_cents: number
  quantity: number
}

type ImageTable = {
  id: string
  item_id: string
  content_type: string
  bytes: Buffer
  created_at: Instant
}

export type MenuItemRow = Selectable<MenuItemTable>
export type OrderRow = Selectable<OrderTable>
export type OrderItemRow = Selectable<OrderItemTable>

/** The migrations of the bar, under the prefix `bar_`. They refer to the server's `users`. */
export const barMigrations = (dialect: Database['dialect']): Migrations => ({
  '001_menu_and_orders': { up: db => createTables(db, dialect) },
  '002_images': { up: db => createImages(db, dialect) },
})

async function createTables(db: Kysely<BarTables>, dialect: Database['dialect']): Promise<void> {
  const types = columnTypes[dialect]

  await db.schema
    .createTable('bar_menu_items')
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('description', 'text', column => column.notNull())
    .addColumn('category', 'text', column => column.notNull())
    .addColumn('price_cents', 'integer', column => column.notNull())
    .addColumn('available', types.flag, column => column.notNull())
    .addColumn('position', 'integer', column => column.notNull())
    .execute()
  await db
    .insertInto('bar_menu_items')
    .values(drinks.map((drink, position) => ({ ...drink, position })))
    .execute()

  await db.schema
    .createTable('bar_orders')
    .addColumn('number', types.serial, column => column.primaryKey())
    .addColumn('id', types.uuid, column => column.notNull().unique())
    .addColumn('customer_id', types.uuid, column =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('note', 'text')
    .addColumn('created_at', types.instant, column => column.notNull())
    .addColumn('made_at', types.instant)
    .addColumn('made_by', types.uuid, column => column.references('users.id').onDelete('set null'))
    .execute()
  await db.schema
    .createIndex('bar_orders_of_customer')
    .on('bar_orders')
    .columns(['customer_id', 'number desc'])
    .execute()
  await db.schema
    .createIndex('bar_open_orders')
    .on('bar_orders')
    .column('number')
    .where(sql.ref('made_at'), 'is', null)
    .execute()

  await db.schema
    .createTable('bar_order_items')
    .addColumn('order_id', types.uuid, column =>
      column.notNull().references('bar_orders.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', column => column.notNull())
    .addColumn('menu_item_id', 'text', column => column.notNull().references('bar_menu_items.id'))
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('price_cents', 'integer', column => column.notNull())
    .addColumn('quantity', 'integer', column => column.notNull())
    .addPrimaryKeyConstraint('bar_order_items_pkey', ['order_id', 'position'])
    .execute()
}

async function createImages(db: Kysely<BarTables>, dialect: Database['dialect']): Promise<void> {
  const types = columnTypes[dialect]

  await db.schema
    .createTable('bar_images')
    .addColumn('id', types.uuid, column => column.primaryKey())
    .addColumn('item_id', 'text', column =>
      column.notNull().references('bar_menu_items.id').onDelete('cascade'),
    )
    .addColumn('content_type', 'text', column => column.notNull())
    .addColumn('bytes', types.bytes, column => column.notNull())
    .addColumn('created_at', types.instant, column => column.notNull())
    .execute()
  await db.schema.createIndex('bar_images_of_item').on('bar_images').column('item_id').execute()
  await db.schema.createIndex('bar_orders_by_time').on('bar_orders').column('created_at').execute()
}
