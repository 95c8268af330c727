import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { openStage, refuse } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'

/** Answers 401 with a body that never ends; resolves when the client has hung up on it. */
function refuseForEver(response: ServerResponse): Promise<unknown> {
  response.writeHead(401).write('a beginning')
  return once(response, 'close')
}

describe('answers', () => {
  it('I09: cancels a refusal that it replaces', async () => {
    const { server, source, refreshTo } = await openStage()
    let hungUp: Promise<unknown> | undefined
    server.on('/orders', ({ token }, response) => {
      if (token === 'T1') response.end('fine')
      else hungUp = refuseForEver(response)
    })

    const answer = withAutoRefresh(fetch, source)(`${server.origin}/orders`)
    await refreshTo('T1')

    expect(await (await answer).text()).toBe('fine')
    await hungUp
  })

  it('cancels a refusal when the session ends instead', async () => {
    const { server, source } = await openStage()
    let hungUp: Promise<unknown> | undefined
    server.on('/orders', (_, response) => {
      hungUp = refuseForEver(response)
    })

    const answer = withAutoRefresh(fetch, source)(`${server.origin}/orders`)
    await expect.poll(() => source.waiting).toBe(1)
    source.deny()

    await expect(answer).rejects.toMatchObject({ code: 'session-ended' })
    await hungUp
  })

  it('leaves no copy of a Request unread, whether it was needed or not', async () => {
    const { server, source, revoke, refreshTo } = await openStage()
    const copies: Request[] = []
    const requestOf = () => {
      const request = new Request(server.origin, { method: 'POST', body: 'text' })
      const { clone } = request
      request.clone = () => {
        const copy = clone.call(request)
        copies.push(copy)
        return copy
      }
      return request
    }
    const api = withAutoRefresh(fetch, source)

    await api(requestOf())
    revoke()
    const replayed = api(requestOf())
    await refreshTo('T1')
    await replayed

    expect(copies.map(copy => copy.bodyUsed)).toEqual([true, true])
  })

  it('leaves no copy of an answer unread that `shouldRefresh` did not want', async () => {
    const { server, source } = await openStage()
    let copy: Response | undefined
    const api = withAutoRefresh(fetch, source, {
      shouldRefresh(response) {
        copy = response
        return response.status === 419
      },
    })

    const response = await api(`${server.origin}/orders`, { method: 'POST', body: 'text' })

    expect(copy?.bodyUsed).toBe(true)
    expect(await response.text()).toBe('text')
  })

  it('J03: streams server-sent events as they come, after one refresh on connecting', async () => {
    const { server, source, refreshTo } = await openStage()
    let sendMore: (() => void) | undefined
    server.on('/events', ({ token }, response) => {
      if (token !== 'T1') return refuse(response)
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n')
      sendMore = () => response.end('data: 2\n\n')
    })

    const answer = withAutoRefresh(fetch, source)(`${server.origin}/events`)
    await refreshTo('T1')
    const reader = (await answer).body?.pipeThrough(new TextDecoderStream()).getReader()

    expect(await reader?.read()).toEqual({ done: false, value: 'data: 1\n\n' })
    sendMore?.()
    expect(await reader?.read()).toEqual({ done: false, value: 'data: 2\n\n' })
    expect(await reader?.read()).toEqual({ done: true, value: undefined })
    expect(source.refreshes).toBe(1)
  })
})

describe('a keepalive request', () => {
  it('I03: goes out at once, waits for nothing and is not repeated', async () => {
    const { server, source } = await openStage()
    const api = withAutoRefresh(fetch, source)
    const beacon = { method: 'POST', body: 'bye', keepalive: true }

    await api(`${server.origin}/good`, beacon)
    source.expire()
    expect((await api(`${server.origin}/over`, beacon)).ok).toBe(true)
    source.grant('T1')
    source.age()
    expect((await api(new Request(`${server.origin}/refused`, beacon))).status).toBe(401)
    expect((await api(`${server.origin}/without`, beacon)).status).toBe(401)

    expect(server.requests.map(({ url, token }) => `${url} ${token}`)).toEqual([
      '/good T0',
      '/over T0',
      '/refused T1',
      '/without null',
    ])
  })

  it('is not copied', async () => {
    const { server, source } = await openStage()
    const request = new Request(server.origin, { method: 'POST', body: 'bye', keepalive: true })
    request.clone = () => {
      throw new Error('copied')
    }

    expect((await withAutoRefresh(fetch, source)(request)).ok).toBe(true)
  })
})
