import { createAuthServer, generateKeys, type TokenDocument } from '@tabkeeper/server'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  describeOnBoth,
  type TestDatabase,
} from '../../../packages/server/test/support/databases.ts'
import { createClock, hour, password } from '../../../packages/server/test/support/test-server.ts'
import { createBarApi } from '../src/bar-api.ts'
import type { BarTables } from '../src/tables.ts'

const keys = await generateKeys()
const roles = ['customer', 'bartender', 'admin'] as const
type Role = (typeof roles)[number]

describeOnBoth('the bar’s API', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  async function open() {
    const database = await source.open()
    onTestFinished(() => database.close())
    const clock = createClock()
    const auth = await createAuthServer({ database, keys, clock, rateLimits: false })
    const api = await createBarApi({ database, auth })

    const answer = async (response: Response) => {
      const text = await response.text()
      return { status: response.status, body: text === '' ? null : JSON.parse(text) }
    }
    const request = (
      method: string,
      path: string,
      token?: string,
      body?: unknown,
      client?: string,
    ) =>
      new Request(`http://bar.example/api${path}`, {
        method,
        headers: {
          'Content-Type': 'application/json',
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(client !== undefined && { 'X-Session-Client': client }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    const signIn = async (role: Role, name: string): Promise<TokenDocument> => {
      const email = `${crypto.randomUUID()}@bar.example`
      await auth.users.create({ email, password, role, name })
      const login = request('POST', '/auth/login', undefined, { email, password }, role)
      return (await answer(await auth.fetch(login))).body
    }
    const people = {
      customer: await signIn('customer', 'Kim'),
      bartender: await signIn('bartender', 'Sam'),
      admin: await signIn('admin', 'Robin'),
    }
    const call = async (
      who: Role | string | null,
      method: string,
      path: string,
      body?: unknown,
    ) => {
      const role = roles.find(one => one === who)
      const token = role ? people[role].access_token : (who ?? undefined)
      return answer(await api.fetch(request(method, path, token, body), {}))
    }
    const order = (items: unknown, note?: unknown) =>
      call('customer', 'POST', '/orders', { items, note })
    return { database, auth, clock, people, call, order, signIn, answer, request }
  }

  it('shows the menu to everybody who is signed in', async () => {
    const { call } = await open()
    for (const role of roles) {
      const { status, body } = await call(role, 'GET', '/menu')
      expect(status).toBe(200)
      expect(body.items[0]).toEqual({
        id: 'negroni',
        name: 'Negroni',
        description: expect.any(String),
        category: 'Classics',
        price_cents: 1150,
        available: true,
      })
      expect(body.items.some(({ available }: { available: boolean }) => available === false)).toBe(
        true,
      )
    }
    expect(await call(null, 'GET', '/menu')).toMatchObject({
      status: 401,
      body: { code: 'not_authenticated' },
    })
  })

  it('takes an order, shows it at the bar, and hands it back as made', async () => {
    const { call, order, people } = await open()
    const placed = await order(
      [
        { menu_item_id: 'negroni', quantity: 2 },
        { menu_item_id: 'espresso', quantity: 1 },
      ],
      ' no ice ',
    )
    expect(placed).toMatchObject({
      status: 201,
      body: {
        status: 'open',
        customer: { id: people.customer.user.id, name: 'Kim' },
        items: [
          { menu_item_id: 'negroni', name: 'Negroni', quantity: 2, price_cents: 1150 },
          { menu_item_id: 'espresso', name: 'Espresso', quantity: 1, price_cents: 300 },
        ],
        note: 'no ice',
        total_cents: 2600,
        made_at: null,
      },
    })
    const { id, number } = placed.body
    expect(number).toBeGreaterThan(0)
    const open_ = await call('bartender', 'GET', '/orders?status=open')
    expect(open_.body.orders).toContainEqual(placed.body)

    const made = await call('bartender', 'POST', `/orders/${id}/made`)
    expect(made).toMatchObject({ status: 200, body: { id, status: 'made' } })
    expect(await call('bartender', 'POST', `/orders/${id}/made`)).toEqual(made)
    const still = await call('bartender', 'GET', '/orders?status=open')
    expect(still.body.orders.map((one: { id: string }) => one.id)).not.toContain(id)
    const done = await call('admin', 'GET', '/orders?status=made')
    expect(done.body.orders).toContainEqual(made.body)
    expect(await call('customer', 'GET', '/orders/mine')).toMatchObject({
      body: { orders: [made.body] },
    })
  })

  it('lists one’s own orders newest first, and the bar’s oldest first', async () => {
    const { call, order, signIn } = await open()
    const ids: string[] = []
    for (const item of ['pilsner', 'stout', 'riesling']) {
      ids.push((await order([{ menu_item_id: item, quantity: 1 }])).body.id)
    }
    const other = await signIn('customer', 'Noor')
    const theirs = await call(other.access_token, 'GET', '/orders/mine')
    expect(theirs.body).toEqual({ orders: [] })
    const idsOf = ({ body }: { body: { orders: { id: string }[] } }) =>
      body.orders.map(one => one.id)
    expect(idsOf(await call('customer', 'GET', '/orders/mine'))).toEqual([...ids].reverse())
    expect(idsOf(await call('bartender', 'GET', '/orders?status=open')).slice(-3)).toEqual(ids)
  })

  it('keeps the price of an order when the menu changes', async () => {
    const { order, call, database } = await open()
    const { body } = await order([{ menu_item_id: 'tonic', quantity: 1 }])
    const change = (price_cents: number) =>
      database.kysely
        .withTables<BarTables>()
        .updateTable('bar_menu_items')
        .set({ price_cents })
        .where('id', '=', 'tonic')
        .execute()
    await change(9_900)
    onTestFinished(async () => void (await change(600)))
    expect(await call('customer', 'GET', '/orders/mine')).toMatchObject({
      body: { orders: [body] },
    })
    expect(body.total_cents).toBe(600)
  })

  it.each([
    ['last-word', 'Last Word is not available today.'],
    ['absinthe', '"absinthe" is not on the menu.'],
  ])('rejects an order of %s as a whole', async (item, detail) => {
    const { call, order } = await open()
    const items = [
      { menu_item_id: 'negroni', quantity: 1 },
      { menu_item_id: item, quantity: 1 },
    ]
    expect(await order(items)).toMatchObject({
      status: 422,
      body: { code: 'order_rejected', detail },
    })
    expect(await call('customer', 'GET', '/orders/mine')).toMatchObject({ body: { orders: [] } })
  })

  it.each([
    ['no items', []],
    ['no list', 'negroni'],
    ['nothing of it', [{ menu_item_id: 'negroni', quantity: 0 }]],
    ['half of it', [{ menu_item_id: 'negroni', quantity: 0.5 }]],
    ['too much', [{ menu_item_id: 'negroni', quantity: 51 }]],
    ['no item', [{ quantity: 1 }]],
  ])('does not understand an order with %s', async (_, items) => {
    const { order } = await open()
    expect(await order(items)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  it.each<[Role, string, string]>([
    ['bartender', 'POST', '/orders'],
    ['admin', 'POST', '/orders'],
    ['bartender', 'GET', '/orders/mine'],
    ['customer', 'GET', '/orders'],
    ['customer', 'POST', '/orders/2f1c8a52-0f7e-4f2e-9a53-0c2f5b1f9d10/made'],
    ['admin', 'POST', '/orders/2f1c8a52-0f7e-4f2e-9a53-0c2f5b1f9d10/made'],
    ['customer', 'GET', '/staff/sessions'],
    ['bartender', 'GET', '/staff/sessions'],
    ['customer', 'DELETE', '/staff/sessions/2f1c8a52-0f7e-4f2e-9a53-0c2f5b1f9d10'],
  ])('does not let a %s %s %s', async (role, method, path) => {
    const { call } = await open()
    expect(await call(role, method, path, method === 'POST' ? {} : undefined)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
    expect(await call(null, method, path)).toMatchObject({ status: 401 })
  })

  it('says that there is no such order', async () => {
    const { call } = await open()
    for (const id of [crypto.randomUUID(), 'nonsense']) {
      expect(await call('bartender', 'POST', `/orders/${id}/made`)).toMatchObject({
        status: 404,
        body: { code: 'order_not_found' },
      })
    }
  })

  it('answers unknown paths, methods and queries with problems', async () => {
    const { call } = await open()
    expect(await call('admin', 'GET', '/nothing')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
    expect(await call('admin', 'PUT', '/menu')).toMatchObject({
      status: 405,
      body: { code: 'method_not_allowed' },
    })
    expect(await call('admin', 'GET', '/orders?status=lost')).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  })

  describe('for the admin', () => {
    it('lists who is signed in and where, newest first', async () => {
      const { call, people, clock, signIn } = await open()
      clock.advance(1)
      const noor = await signIn('customer', 'Noor')
      const { status, body } = await call('admin', 'GET', '/staff/sessions')
      expect(status).toBe(200)
      expect(body.sessions[0]).toMatchObject({
        id: noor.session.id,
        current: false,
        client_id: 'customer',
        user: { id: noor.user.id, email: noor.user.email, name: 'Noor', role: 'customer' },
      })
      const own = body.sessions.find(({ current }: { current: boolean }) => current)
      expect(own).toMatchObject({ id: people.admin.session.id, user: { name: 'Robin' } })
    })

    it('ends a session at once', async () => {
      const { call, people } = await open()
      const path = `/staff/sessions/${people.bartender.session.id}`
      expect(await call('admin', 'DELETE', path)).toEqual({ status: 204, body: null })
      expect(await call('admin', 'DELETE', path)).toEqual({ status: 204, body: null })
      expect(await call('bartender', 'GET', '/orders')).toMatchObject({
        status: 401,
        body: { code: 'session_revoked', reason: 'revoked' },
      })
      for (const id of [crypto.randomUUID(), 'nonsense']) {
        expect(await call('admin', 'DELETE', `/staff/sessions/${id}`)).toMatchObject({
          status: 404,
          body: { code: 'session_not_found' },
        })
      }
    })

    it('wants a recent password for that, but not for signing oneself out', async () => {
      const { call, people, clock, auth, answer, request } = await open()
      clock.advance(hour / 3)
      const refresh = request('POST', '/auth/refresh', undefined, people.admin, 'admin')
      const { access_token } = (await answer(await auth.fetch(refresh))).body
      const remove = (id: string) => call(access_token, 'DELETE', `/staff/sessions/${id}`)
      expect(await remove(people.customer.session.id)).toMatchObject({
        status: 401,
        body: { code: 'insufficient_user_authentication', max_age: 900 },
      })
      expect(await call(access_token, 'GET', '/staff/sessions')).toMatchObject({ status: 200 })
      expect(await remove(people.admin.session.id)).toMatchObject({ status: 204 })
    })
  })
})
