import {
  type AuthServer,
  apiHeaders,
  type Clock,
  type Database,
  migrate,
  originOf,
  Problem,
  type ProblemDocument,
  problemResponse,
  readBody,
  readBytes,
  type ServerEnv,
  sessionDocument,
  systemClock,
  toProblem,
  userDocument,
} from '@tabkeeper/server'
import { type Context, Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { z } from 'zod'
import { barFigures } from './figures.ts'
import { createImages, imageResponse, maxImageBytes } from './images.ts'
import { createOrders, type Order, OrderRejected } from './orders.ts'
import { type BarTables, barMigrations } from './tables.ts'

const newOrder = z.object({
  items: z
    .array(
      z.object({
        menu_item_id: z.string().min(1).max(64),
        quantity: z.int().min(1).max(50),
      }),
    )
    .min(1)
    .max(50),
  note: z.string().trim().max(200).nullish(),
})

const orderQuery = z.object({ status: z.enum(['open', 'made']).optional() })

export interface BarApiOptions {
  readonly database: Database
  readonly auth: AuthServer
  /** @default systemClock */
  readonly clock?: Clock
}

/**
 * Makes the bar's API: menu, orders, and who is signed in. Its tables live beside the server's, and
 * the server's middleware says who may do what.
 */
export async function createBarApi({ database, auth, clock = systemClock }: BarApiOptions) {
  await migrate(database, 'bar_', barMigrations(database.dialect))
  const kysely = database.kysely.withTables<BarTables>()
  const orders = createOrders(database, clock)
  const images = createImages(database, clock)
  const { requireSession } = auth

  /** The event says which order; what it holds is read again by who may. A line that is down stops nobody. */
  const tell = (event: string, { id }: Order, to: { role: string } | { userId: string }) =>
    auth.publish({ event, data: { id }, ...to }).catch(error => console.error(error))

  const api = new Hono<ServerEnv>().basePath('/api')
  api.use(apiHeaders())
  api.use(
    methodNotAllowed({
      app: api,
      onMethodNotAllowed: (c, allow) =>
        new Problem('method_not_allowed', { allow }).toResponse(c.get('requestId')),
    }),
  )

  api.get('/menu', requireSession(), async c => {
    const rows = await kysely.selectFrom('bar_menu_items').selectAll().orderBy('position').execute()
    const pictures = await images.ofItems()
    return c.json({
      items: rows.map(({ position, ...item }) => ({
        ...item,
        available: Boolean(item.available),
        image_url: imageUrl(pictures.get(item.id)),
      })),
    })
  })

  // A picture is loaded by the browser itself, which shows no token: its address is the secret.
  api.get('/images/:id', async c => {
    const id = z.uuid().safeParse(c.req.param('id')).data
    const image = id === undefined ? null : await images.find(id)
    if (image) return imageResponse(image)
    return refuse(c, { status: 404, title: 'There is no such picture', code: 'image_not_found' })
  })

  api.post('/orders', requireSession({ role: 'customer' }), async c => {
    const { items, note } = await readBody(c, newOrder)
    try {
      const order = await orders.place(c.var.auth.user.id, items, note || null)
      await tell('order.placed', order, { role: 'bartender' })
      return c.json(order, 201)
    } catch (error) {
      if (!(error instanceof OrderRejected)) throw error
      const title = 'This order cannot be taken'
      return refuse(c, { status: 422, title, code: 'order_rejected', detail: error.message })
    }
  })

  api.get('/orders/mine', requireSession({ role: 'customer' }), async c =>
    c.json({ orders: await orders.ofCustomer(c.var.auth.user.id) }),
  )

  api.get('/orders', requireSession({ role: ['bartender', 'admin'] }), async c => {
    const query = orderQuery.safeParse(c.req.query())
    if (!query.success) {
      throw new Problem('invalid_request', { detail: 'status: must be "open" or "made"' })
    }
    return c.json({ orders: await orders.list(query.data.status) })
  })

  api.post('/orders/:id/made', requireSession({ role: 'bartender' }), async c => {
    const id = z.uuid().safeParse(c.req.param('id')).data
    const order = id === undefined ? null : await orders.markMade(id, c.var.auth.user.id)
    if (order) {
      await tell('order.made', order, { role: 'bartender' })
      await tell('order.made', order, { userId: order.customer.id })
      return c.json(order)
    }
    return refuse(c, { status: 404, title: 'There is no such order', code: 'order_not_found' })
  })

  const admin = requireSession({ role: 'admin' })
  api.on(['PUT', 'DELETE'], '/menu/:id/image', admin, async c => {
    const item = c.req.param('id')
    if (!(await images.hasItem(item)))
      return refuse(c, { status: 404, title: 'This is not on the menu', code: 'item_not_found' })
    if (c.req.method === 'DELETE') {
      await images.remove(item)
      return c.body(null, 204)
    }
    const id = await images.put(item, await readBytes(c.req.raw, maxImageBytes))
    if (id !== null) return c.json({ image_url: imageUrl(id) }, 201)
    return refuse(c, {
      status: 415,
      title: 'This is no picture',
      code: 'image_rejected',
      detail: 'Send the bytes of a PNG, JPEG or WebP file.',
    })
  })

  api.get('/dashboard', admin, async c => c.json(await barFigures(database, clock)))

  api.get('/staff/sessions', admin, async c => {
    const { sessions } = await auth.store.listTenantSessions({ limit: 200 })
    const currentId = c.var.auth.session.id
    return c.json({
      sessions: sessions.map(({ session, user }) => ({
        ...sessionDocument(session, currentId),
        user: userDocument(user),
      })),
    })
  })

  api.delete('/staff/sessions/:id', admin, async c => {
    const id = z.uuid().safeParse(c.req.param('id')).data
    // Signing oneself out is always allowed; others only for who has proven to be the admin just now.
    if (id !== c.var.auth.session.id) auth.requireRecent(c.var.auth)
    const found = id !== undefined && (await auth.store.revokeSession(id, { by: originOf(c) }))
    if (!found || found === 'not-found') throw new Problem('session_not_found')
    return c.body(null, 204)
  })

  api.notFound(c => new Problem('not_found').toResponse(c.get('requestId')))
  api.onError((error, c) => toProblem(error).toResponse(c.get('requestId')))
  return api
}

export type BarApi = Awaited<ReturnType<typeof createBarApi>>

const imageUrl = (id: string | undefined): string | null =>
  id === undefined ? null : `/api/images/${id}`

const refuse = (c: Context<ServerEnv>, document: ProblemDocument): Response =>
  problemResponse(document, c.get('requestId'))
