// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFaults, DELAY } from './faults.ts'

const answer = () => Promise.resolve(Response.json({ ok: true }))
const ours = { session: false }
const platform = globalThis.fetch
let asked = 0

beforeEach(() => {
  asked = 0
  globalThis.fetch = () => {
    asked++
    return answer()
  }
})

afterEach(() => {
  globalThis.fetch = platform
  vi.useRealTimers()
})

describe('the network', () => {
  it('is not touched before it is broken, and put back afterwards', () => {
    const { fetch } = globalThis
    const { send } = XMLHttpRequest.prototype
    const faults = createFaults(() => {})
    expect(globalThis.fetch).toBe(fetch)

    faults.setOffline(true)
    expect(globalThis.fetch).not.toBe(fetch)
    faults.setOffline(false)
    expect(globalThis.fetch).toBe(fetch)
    expect(XMLHttpRequest.prototype.send).toBe(send)
  })

  it('is away for everybody when offline, and tells when it is back', async () => {
    const faults = createFaults(() => {})
    const online = vi.fn()
    addEventListener('online', online, { once: true })
    faults.setOffline(true)

    await expect(fetch('/orders')).rejects.toThrow(TypeError)
    const failed = new Promise(done => {
      const request = new XMLHttpRequest()
      request.open('GET', '/orders')
      request.onerror = done
      request.send()
    })
    expect(await failed).toBeInstanceOf(ProgressEvent)
    expect(asked).toBe(0)
    expect(online).not.toHaveBeenCalled()
    faults.setOffline(false)
    expect(online).toHaveBeenCalledOnce()
    expect((await fetch('/orders')).ok).toBe(true)
  })

  it('loses the next answer to the session, and no other', async () => {
    const { fetch: before } = globalThis
    const faults = createFaults(() => {})
    faults.setNext('lost')

    expect((await fetch('/orders')).ok).toBe(true)
    await expect(fetch('/refresh', ours as RequestInit)).rejects.toThrow(TypeError)
    expect(asked).toBe(2) // the server has done its work
    expect(faults.next()).toBeNull()
    expect(globalThis.fetch).toBe(before)
  })

  it('delays the next answer to the session, unless that gives up', async () => {
    vi.useFakeTimers()
    const faults = createFaults(() => {})
    faults.setNext('delayed')
    let isThere = false
    const answered = fetch('/refresh', ours as RequestInit).then(() => {
      isThere = true
    })
    await vi.advanceTimersByTimeAsync(DELAY - 1)
    expect(isThere).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await answered

    faults.setNext('delayed')
    const given = new AbortController()
    const refused = expect(
      fetch('/refresh', { ...ours, signal: given.signal } as RequestInit),
    ).rejects.toThrow('enough')
    await vi.advanceTimersByTimeAsync(10)
    given.abort(new Error('enough'))
    await refused
  })

  it('is left to whoever came after', () => {
    const faults = createFaults(() => {})
    faults.setOffline(true)
    const { fetch: broken } = globalThis
    const another: typeof fetch = (...call) => broken(...call)
    globalThis.fetch = another
    faults.setOffline(false)

    expect(globalThis.fetch).toBe(another)
    return expect(fetch('/orders')).resolves.toMatchObject({ ok: true })
  })
})

describe('storage', () => {
  it('refuses every write as one does that is full, and is mended', () => {
    const faults = createFaults(() => {})
    localStorage.setItem('kept', 'yes')
    faults.setStorageBroken(true)

    expect(() => localStorage.setItem('more', 'no')).toThrow('refuse')
    expect(() => sessionStorage.setItem('more', 'no')).toThrow(DOMException)
    expect(localStorage.getItem('kept')).toBe('yes')
    faults.mend()
    localStorage.setItem('more', 'yes')
    expect(localStorage.getItem('more')).toBe('yes')
  })
})
