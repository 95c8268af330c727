import { manualClock } from '@tabkeeper/testing'
import { describe, expect, it, vi } from 'vitest'
import type { TokenArea } from '../ports/token-area.ts'
import type { Grant } from '../tokens/grant.ts'
import { memoryArea } from './token-area.ts'
import { createTokenStore } from './token-store.ts'

const keys = { access: 'at', refresh: 'rt', user: 'u', record: 'record' }

function grantOf(identity: string, more: Partial<Grant> = {}): Grant {
  return {
    accessToken: `A-${identity}`,
    refreshToken: `R-${identity}`,
    user: { name: identity },
    sessionId: identity,
    identity,
    revision: 1,
    receivedAt: 1_000,
    lifetime: 60_000,
    afterRefusal: false,
    ...more,
  }
}

function setUp(local: TokenArea = memoryArea()) {
  const clock = manualClock()
  const tab = memoryArea()
  const [changed, published, warn] = [vi.fn(), vi.fn(), vi.fn()]
  const open = () =>
    createTokenStore({ keys, local, tab: memoryArea(), clock, changed, published, warn })
  const store = createTokenStore({ keys, local, tab, clock, changed, published, warn })
  return { clock, local, tab, changed, published, warn, open, store }
}

it('writes the record last, and begins an ending with it', () => {
  const area = memoryArea()
  const order: string[] = []
  const { store } = setUp({
    read: area.read,
    write(key, value) {
      order.push(`write ${key}`)
      area.write(key, value)
    },
    erase(key) {
      order.push(`erase ${key}`)
      area.erase(key)
    },
  })

  store.write(grantOf('s1'), null)
  expect(order.at(-1)).toBe('write record')
  order.length = 0
  store.erase(grantOf('s1'), 'logout')
  expect(order[0]).toBe('write record')
})

it('tells the others after each change', () => {
  const { store, published } = setUp()
  store.write(grantOf('s1'), null)
  store.erase(grantOf('s1'), 'logout')
  expect(published).toHaveBeenCalledTimes(2)
})

it('leaves word of an ending to the other tabs, and none of it when the next session begins', () => {
  const { store, open } = setUp()
  store.write(grantOf('s1'), null)
  store.erase(grantOf('s1'), 'revoked')
  const ended = { identity: 's1', reason: 'revoked' }
  expect(open().read()).toEqual({ is: 'nothing', ended })
  store.write(grantOf('s2'), null)
  expect(open().read()).toMatchObject({ is: 'grant', grant: { identity: 's2' } })
})

describe('tokens that no record describes', () => {
  it('are believed at once where they were there first', () => {
    const { local, store } = setUp()
    local.write('at', 'theirs')
    expect(store.read()).toMatchObject({ is: 'grant', grant: { accessToken: 'theirs' } })
    expect(store.read()).toMatchObject({ is: 'grant' })
  })

  it('are believed after a moment where they turn up later, and looked at again by then', async () => {
    const { clock, local, store, changed } = setUp()
    store.read()
    local.write('at', 'theirs')
    expect(store.read()).toBeNull()
    await clock.advance(49)
    expect(store.read()).toBeNull()
    expect(changed).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(changed).toHaveBeenCalledTimes(1)
    expect(store.read()).toMatchObject({ is: 'grant', grant: { accessToken: 'theirs' } })
  })
})

it('knows nothing where storage cannot be read, rather than that nobody is signed in', () => {
  const blocked = () => {
    throw new DOMException('blocked', 'SecurityError')
  }
  const { store } = setUp({ read: blocked, write: blocked, erase: blocked })
  expect(store.read()).toBeNull()
  store.write(grantOf('s1'), null)
  expect(store.persistence()).toBe('memory')
  expect(store.read()).toMatchObject({ is: 'grant', grant: { identity: 's1' } })
})

it('warns of a refused write once, until one is taken again', () => {
  const area = memoryArea()
  let isFull = true
  const { store, warn } = setUp({
    ...area,
    write(key, value) {
      if (isFull) throw new DOMException('full', 'QuotaExceededError')
      area.write(key, value)
    },
  })
  for (let revision = 1; revision < 4; revision++)
    store.write(grantOf('s1', { accessToken: `A${revision}` }), null)
  expect(warn).toHaveBeenCalledTimes(1)
  isFull = false
  store.write(grantOf('s1', { accessToken: 'A4' }), null)
  expect(store.persistence()).toBe('local')
  isFull = true
  store.write(grantOf('s1', { accessToken: 'A5' }), null)
  expect(warn).toHaveBeenCalledTimes(2)
})
