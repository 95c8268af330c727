import { createAuthServer, generateKeys, type TokenDocument } from '@tabkeeper/server'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  describeOnBoth,
  type TestDatabase,
} from '../../../packages/server/test/support/databases.ts'
import { openStream } from '../../../packages/server/test/support/event-stream.ts'
import {
  createClock,
  hour,
  minute,
  password,
} from '../../../packages/server/test/support/test-server.ts'
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
    const api = await createBarApi({ database, auth, clock })

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
    return { api, database, auth, clock, people, call, order, signIn, answer, request }
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
        image_url: null,
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
    ['customer', 'PUT', '/menu/negroni/image'],
    ['bartender', 'PUT', '/menu/negroni/image'],
    ['customer', 'DELETE', '/menu/negroni/image'],
    ['customer', 'GET', '/dashboard'],
    ['bartender', 'GET', '/dashboard'],
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

  describe('row 48: pictures of the menu', () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0')])
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')

    async function openGallery() {
      const bar = await open()
      const { api, people, database, answer } = bar
      const upload = async (body: BodyInit, headers: HeadersInit = {}, item = 'negroni') =>
        answer(
          await api.fetch(
            new Request(`http://bar.example/api/menu/${item}/image`, {
              method: 'PUT',
              headers: { Authorization: `Bearer ${people.admin.access_token}`, ...headers },
              body,
              duplex: 'half',
            } as RequestInit),
            {},
          ),
        )
      const download = (path: string) => api.fetch(new Request(`http://bar.example${path}`), {})
      const count = async () => {
        const kysely = database.kysely.withTables<BarTables>()
        return (await kysely.selectFrom('bar_images').select('id').execute()).length
      }
      const imageOf = async (item: string): Promise<string | null> => {
        const { items } = (await bar.call('customer', 'GET', '/menu')).body
        return items.find(({ id }: { id: string }) => id === item).image_url
      }
      const clear = () => bar.call('admin', 'DELETE', '/menu/negroni/image')
      onTestFinished(async () => void (await clear()))
      return { ...bar, upload, download, count, imageOf, clear }
    }

    it('are kept under a random name and served as nothing but a picture', async () => {
      const { upload, download, imageOf } = await openGallery()
      // What the client calls it proves nothing.
      const { status, body } = await upload(png, { 'Content-Type': 'text/html' })
      expect(status).toBe(201)
      expect(body.image_url).toMatch(/^\/api\/images\/[0-9a-f-]{36}$/)
      expect(await imageOf('negroni')).toBe(body.image_url)

      const picture = await download(body.image_url)
      expect(Buffer.from(await picture.arrayBuffer())).toEqual(png)
      expect(Object.fromEntries(picture.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'public, max-age=31536000, immutable',
      })
    })

    it('take the place of the one before, and go', async () => {
      const { upload, download, imageOf, count, clear } = await openGallery()
      const first = (await upload(png)).body.image_url
      const second = (await upload(jpeg)).body.image_url
      expect(second).not.toBe(first)
      expect(await count()).toBe(1)
      expect((await download(first)).status).toBe(404)
      expect((await download(second)).headers.get('Content-Type')).toBe('image/jpeg')
      expect(await clear()).toEqual({ status: 204, body: null })
      expect(await imageOf('negroni')).toBeNull()
      expect(await clear()).toMatchObject({ status: 204 })
    })

    it.each([
      ['a drawing that can hold a script', svg, 415, 'image_rejected'],
      ['no picture', Buffer.from('MZ not a picture at all'), 415, 'image_rejected'],
      ['nothing', Buffer.alloc(0), 415, 'image_rejected'],
      ['too much', Buffer.concat([png, Buffer.alloc(2 * 1024 * 1024)]), 413, 'request_too_large'],
    ])('are refused with nothing written when they are %s', async (_, bytes, status, code) => {
      const { upload, count, imageOf } = await openGallery()
      const { body } = await upload(png)
      expect(await upload(bytes)).toMatchObject({ status, body: { code } })
      expect(await count()).toBe(1)
      expect(await imageOf('negroni')).toBe(body.image_url)
    })

    it('are not read before it is known who sends them, what for, and how much', async () => {
      const { upload, count } = await openGallery()
      let pulls = 0
      const endless = () =>
        new ReadableStream({
          pull(controller) {
            pulls++
            controller.enqueue(new Uint8Array(64 * 1024))
          },
        })
      expect(await upload(endless(), { Authorization: 'Bearer nobody' })).toMatchObject({
        status: 401,
      })
      expect(await upload(endless(), {}, 'absinthe')).toMatchObject({
        status: 404,
        body: { code: 'item_not_found' },
      })
      expect(await upload(endless(), {}, '%00')).toMatchObject({ status: 404 })
      expect(await upload(endless(), { 'Content-Length': '2097153' })).toMatchObject({
        status: 413,
      })
      // A stream fetches one chunk ahead when it is made.
      expect(pulls).toBeLessThanOrEqual(4)

      pulls = 0
      expect(await upload(endless())).toMatchObject({ status: 413 })
      expect(pulls).toBeLessThanOrEqual(2 * 16 + 2)
      expect(await count()).toBe(0)
    })

    it('are not there', async () => {
      const { download } = await openGallery()
      for (const id of [crypto.randomUUID(), 'nonsense', '..%2fusers']) {
        const missing = await download(`/api/images/${id}`)
        expect(missing.status).toBe(404)
        expect(await missing.json()).toMatchObject({ code: 'image_not_found' })
      }
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

  // Last, because it signs somebody in a day after everybody else.
  it('tells the counter of an order, and its guest that it is made, by its id', async () => {
    const { auth, people, call, order } = await open()
    onTestFinished(() => auth.close())
    const listen = (who: Role) =>
      openStream(auth, { Authorization: `Bearer ${people[who].access_token}` })
    const [counter, guest] = [await listen('bartender'), await listen('customer')]
    onTestFinished(() => Promise.all([counter.cancel(), guest.cancel()]).then(() => {}))

    const { body } = await order([{ menu_item_id: 'negroni', quantity: 1 }])
    expect(await counter.next()).toMatchObject({ event: 'order.placed', data: { id: body.id } })
    await call('bartender', 'POST', `/orders/${body.id}/made`, {})
    expect(await counter.next()).toMatchObject({ event: 'order.made', data: { id: body.id } })
    expect(await guest.next()).toMatchObject({ event: 'order.made', data: { id: body.id } })
  })

  it('counts what the last day brought', async () => {
    const { call, order, clock, database, signIn } = await open()
    await database.kysely.withTables<BarTables>().deleteFrom('bar_orders').execute()
    const figures = async (who = 'admin') => (await call(who, 'GET', '/dashboard')).body
    expect(await figures()).toEqual({
      from: '2026-02-28T12:00:00.000Z',
      to: '2026-03-01T12:00:00.000Z',
      orders: { placed: 0, made: 0, open: 0 },
      revenue_cents: 0,
      median_wait: null,
      placed_by_hour: Array(24).fill(0),
      favourites: [],
    })

    const place = async (item: string, quantity: number): Promise<string> =>
      (await order([{ menu_item_id: item, quantity }])).body.id
    const make = (id: string) => call('bartender', 'POST', `/orders/${id}/made`)
    await place('stout', 1) // Nobody makes it, and it is older than a day in the end.
    const early = clock.now()
    const waits = [1, 5, 2]
    clock.advance(5 * minute)
    for (const wait of waits) {
      const id = await place('negroni', wait)
      clock.advance(wait * minute)
      await make(id)
    }
    await place('espresso', 8)
    clock.advance(early + 24 * hour - clock.now())

    const late = await signIn('admin', 'Robin, a day later')
    const { placed_by_hour, ...rest } = await figures(late.access_token)
    expect(rest).toMatchObject({
      orders: { placed: 4, made: 3, open: 2 },
      revenue_cents: 8 * 1150 + 8 * 300,
      median_wait: 2 * 60,
      favourites: [
        { name: 'Espresso', quantity: 8 },
        { name: 'Negroni', quantity: 8 },
      ],
    })
    expect(placed_by_hour).toEqual([4, ...Array(23).fill(0)])
  })
})
