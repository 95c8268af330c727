import { type Fetch, withAutoRefresh } from '@tabkeeper/fetch'
import { openStage } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'

describe('among other wrappers', () => {
  it('hands plain calls on as plain calls', async () => {
    const { server, source } = await openStage()
    const calls: unknown[] = []
    const recording: Fetch = (...args) => {
      calls.push(args)
      return fetch(...args)
    }
    const extra = { headers: { 'X-A': '1' }, priority: 'low', next: { revalidate: 60 } } as const

    await withAutoRefresh(recording, source)(`${server.origin}/orders`, extra)

    expect(calls).toEqual([
      [
        `${server.origin}/orders`,
        { ...extra, headers: { 'X-A': '1', Authorization: 'Bearer T0' } },
      ],
    ])
    expect(extra.headers).toEqual({ 'X-A': '1' })
  })

  it('runs a wrapper inside for each attempt, and one outside once', async () => {
    const { server, source, revoke, refreshTo } = await openStage()
    revoke()
    const calls: string[] = []
    const logging = (name: string, inner: Fetch): Fetch => {
      return (input, init) => {
        calls.push(name)
        return inner(input, init)
      }
    }
    const api = logging('outside', withAutoRefresh(logging('inside', fetch), source))

    const answer = api(`${server.origin}/orders`)
    await refreshTo('T1')

    expect((await answer).ok).toBe(true)
    expect(calls).toEqual(['outside', 'inside', 'inside'])
  })

  it('is one session though it is applied twice', async () => {
    const { server, source, revoke, refreshTo } = await openStage()
    revoke()
    const api = withAutoRefresh(withAutoRefresh(fetch, source), source)

    const answer = api(`${server.origin}/orders`)
    await refreshTo('T1')
    await answer
    await api(`${server.origin}/menu`, { session: false })

    expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T1', null])
  })

  it('calls the wrapped function without a `this`, as the platform wants it', async () => {
    const { server, source } = await openStage()
    let receiver: unknown = 'nothing yet'
    const sloppy: Fetch = function (this: unknown, ...args) {
      receiver = this
      return fetch(...args)
    }

    await withAutoRefresh(sloppy, source)(`${server.origin}/orders`)

    expect(receiver).toBeUndefined()
  })
})
