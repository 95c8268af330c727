import { type AutoRefreshInit, withAutoRefresh } from '@tabkeeper/fetch'
import { challenge, onTheWire, openStage, refuse } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'

type Call = (origin: string) => [input: RequestInfo | URL, init?: AutoRefreshInit]

const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256)

function form(): FormData {
  const form = new FormData()
  form.append('name', 'Zoë')
  form.append('file', new Blob([bytes], { type: 'image/png' }), 'tab.png')
  return form
}

class Order implements RequestInit {
  readonly #item: string
  constructor(item: string) {
    this.#item = item
  }
  get method(): string {
    return 'POST'
  }
  get body(): string {
    return JSON.stringify({ item: this.#item })
  }
}

function post(origin: string, body: BodyInit, headers: HeadersInit = {}): Request {
  return new Request(`${origin}/orders`, { method: 'POST', body, headers })
}

const shapes: Record<string, Call> = {
  'a string': origin => [`${origin}/orders?q=1#part`],
  'a URL': origin => [new URL('/orders?q=ü', origin)],
  'a record of headers': origin => [`${origin}/orders`, { headers: { 'X-A': '1', accept: '*/*' } }],
  'pairs of headers': origin => [
    `${origin}/orders`,
    {
      headers: [
        ['X-A', '1'],
        ['X-A', '2'],
      ],
    },
  ],
  'a Headers object': origin => [`${origin}/orders`, { headers: new Headers({ 'X-A': '1' }) }],
  'a Request': origin => [new Request(`${origin}/orders`, { headers: { 'X-A': '1' } })],
  'a Request with a text': origin => [post(origin, 'žluť', { 'X-A': '1' })],
  'a Request with a form': origin => [post(origin, form())],
  'a Request with a buffer': origin => [post(origin, bytes.slice())],
  'a Request with URL parameters': origin => [post(origin, new URLSearchParams({ q: 'a b' }))],
  'a Request and headers, which replace its own': origin => [
    post(origin, 'text', { 'X-A': '1', 'X-B': '2', 'Content-Type': 'text/a' }),
    { headers: { 'X-B': '3' } },
  ],
  'a Request and a method': origin => [post(origin, 'text', { 'X-A': '1' }), { method: 'PUT' }],
  'a Request and a body, which replaces its own': origin => [
    post(origin, 'text', { 'X-A': '1' }),
    { body: 'another' },
  ],
  'a URL and a Request': origin => [`${origin}/orders/2`, post(origin, 'text', { 'X-A': '1' })],
  'a used Request and a body': origin => {
    const used = post(origin, 'text', { 'X-A': '1' })
    used.text()
    return [used, { body: 'another' }]
  },
  'headers that can be read once': origin => [
    `${origin}/orders`,
    // The types have arrays only.
    { headers: new Headers({ 'X-A': '1', 'X-B': '2' }).entries() as unknown as HeadersInit },
  ],
  'members of a prototype': origin => [
    `${origin}/orders`,
    Object.assign(Object.create({ method: 'PUT', body: 'text' }), { headers: { 'X-A': '1' } }),
  ],
  'an instance of a class': origin => [`${origin}/orders`, new Order('gin & tonic')],
  'nullish members': origin => [
    `${origin}/orders`,
    { headers: undefined, body: null, signal: null } as unknown as AutoRefreshInit,
  ],
}

describe('fetch with a session', () => {
  it.each(Object.keys(shapes))('I06: sends and replays %s as fetch would', async name => {
    const { server, source, revoke, refreshTo } = await openStage()
    const shape = () => shapes[name]?.(server.origin) ?? ['']
    revoke()

    await fetch(...shape())
    const answer = withAutoRefresh(fetch, source)(...shape())
    await refreshTo('T1')

    expect((await answer).status).toBe(200)
    const [expected, first, second] = server.requests.map(onTheWire)
    expect(first).toEqual(expected)
    expect(second).toEqual(expected)
    expect(server.requests.map(({ token }) => token)).toEqual([null, 'T0', 'T1'])
  })

  // Not compared with fetch: Node 24 forgets the referrer of a Request by itself.
  it('keeps the referrer that a Request came with', async () => {
    const { server, source, revoke, refreshTo } = await openStage()
    revoke()
    const referrer = `${server.origin}/from`
    const request = new Request(server.origin, { referrer, referrerPolicy: 'unsafe-url' })

    const answer = withAutoRefresh(fetch, source)(request)
    await refreshTo('T1')
    await answer

    expect(server.requests).toHaveLength(2)
    for (const { rawHeaders } of server.requests) expect(rawHeaders).toContain(referrer)
  })

  it('I01: replays a Request that was made from a stream, byte for byte', async () => {
    const { server, source, revoke, refreshTo } = await openStage()
    revoke()
    const request = new Request(`${server.origin}/upload`, {
      method: 'POST',
      body: new Blob([bytes]).stream(),
      ...{ duplex: 'half' },
    })

    const answer = withAutoRefresh(fetch, source)(request)
    await refreshTo('T1')

    expect((await answer).status).toBe(200)
    expect(server.requests.map(({ body }) => body)).toEqual([
      Buffer.from(bytes),
      Buffer.from(bytes),
    ])
  })

  it('sends a Request a third time where a step-up follows a refresh, byte for byte', async () => {
    const { server, source, revoke, refreshTo } = await openStage()
    revoke()
    source.seatUser()
    const request = post(server.origin, bytes.slice())
    server.on('/orders', ({ token, body }, response) => {
      if (token === 'T0') refuse(response)
      else if (token === 'T1') challenge(response)
      else response.end(body)
    })

    const answer = withAutoRefresh(fetch, source)(request)
    await refreshTo('T1')
    await expect.poll(() => source.questions).toHaveLength(1)
    source.confirm('T2')

    expect((await answer).status).toBe(200)
    expect(server.requests.map(({ body }) => body)).toEqual(Array(3).fill(Buffer.from(bytes)))
  })

  it.each([
    ['a used Request', (used: Request) => [used]],
    ['a relative URL without a page', () => ['/orders']],
    [
      'a header that is none',
      (_: Request, url: string) => [url, { headers: { 'not a name': '' } }],
    ],
    ['nothing', () => []],
  ])('rejects for %s as fetch does', async (_, call) => {
    const { server, source } = await openStage()
    const used = post(server.origin, 'text')
    await used.text()
    // Calls that the types forbid and plain JavaScript makes.
    const args = call(used, `${server.origin}/orders`) as [string]

    const expected = await fetch(...args).catch(error => error)
    const error = await withAutoRefresh(fetch, source)(...args).catch(error => error)

    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toBe(expected.message)
  })

  it('uses up a Request as fetch does', async () => {
    const { server, source } = await openStage()
    const request = post(server.origin, 'text')

    await withAutoRefresh(fetch, source)(request)

    expect(request.bodyUsed).toBe(true)
    expect(request.headers.has('Authorization')).toBe(false)
  })

  it('leaves an Authorization header alone wherever it stands', async () => {
    const { server, source } = await openStage()
    const api = withAutoRefresh(fetch, source)
    const headers = { aUTHORIZATION: 'Bearer mine' }

    await api(new Request(server.origin, { headers }))
    await api(server.origin, { headers: Object.entries(headers) as [string, string][] })
    await api(server.origin, { headers: new Headers(headers) })
    await api(new Request(server.origin), { headers })

    expect(server.requests.map(({ token }) => token)).toEqual(['mine', 'mine', 'mine', 'mine'])
    expect(source.refreshes).toBe(0)
  })

  it('sends what the caller gave, although the caller changes it during the wait', async () => {
    const { server, source, refreshTo } = await openStage()
    source.expire()
    const api = withAutoRefresh(fetch, source)
    const url = new URL(`${server.origin}/orders`)
    const headers = new Headers()
    const init = { method: 'POST', headers, body: '' }
    const request = new Request(`${server.origin}/orders?page=4`, { headers: { 'X-Page': '4' } })

    const answers = [1, 2, 3].map(page => {
      url.searchParams.set('page', String(page))
      headers.set('X-Page', String(page))
      init.body = String(page)
      return api(url, init)
    })
    answers.push(api(request))
    request.headers.set('X-Page', '5')
    await refreshTo('T1', 4)
    await Promise.all(answers)

    const seen = server.requests.map(({ url, rawHeaders, body }) => {
      const header = rawHeaders[rawHeaders.findIndex(name => name.toLowerCase() === 'x-page') + 1]
      return [url, header, body.toString()]
    })
    expect(seen.sort()).toEqual([
      ['/orders?page=1', '1', '1'],
      ['/orders?page=2', '2', '2'],
      ['/orders?page=3', '3', '3'],
      ['/orders?page=4', '4', ''],
    ])
  })
})
