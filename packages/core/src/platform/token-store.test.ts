import { manualClock } from '@tabkeeper/testing'
import { describe, expect, it, vi } from 'vitest'
import type { TokenArea } from '../ports/token-area.ts'
import { describeEnding } from '../tokens/ending-record.ts'
import type { Grant } from '../tokens/grant.ts'
import { memoryArea } from './token-area.ts'
import { createTokenStore } from './token-store.ts'

const keys = {
  access: 'at',
  refresh: 'rt',
  user: 'u',
  record: 'record',
  pause: 'pause',
  ending: 'ending',
}

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
  const claim = async () => true
  const disposed = new AbortController().signal
  const rest = { keys, local, clock, claim, disposed, changed, published, warn }
  const open = () => createTokenStore({ ...rest, tab: memoryArea() })
  const store = createTokenStore({ ...rest, tab })
  return { clock, local, tab, changed, published, warn, open, store }
}

it('writes the record last, and begins an ending with word of it', () => {
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

  store.write(grantOf('s1'))
  expect(order.filter(step => step.startsWith('write')).at(-1)).toBe('write record')
  order.length = 0
  store.erase(grantOf('s1'), 'logout')
  expect(order[0]).toBe('write ending')
})

it('tells the others after each change', () => {
  const { store, published } = setUp()
  store.write(grantOf('s1'))
  store.erase(grantOf('s1'), 'logout')
  expect(published).toHaveBeenCalledTimes(2)
})

it('leaves word of an ending to the other tabs, and none of it when the next session begins', () => {
  const { local, store, open } = setUp()
  store.write(grantOf('s1'))
  store.erase(grantOf('s1'), 'revoked')
  const ended = { identity: 's1', reason: 'revoked' }
  expect(open().read()).toEqual({ is: 'nothing', ended })
  store.write(grantOf('s2'))
  expect(open().read()).toMatchObject({ is: 'grant', grant: { identity: 's2' } })
  expect(local.read('ending')).toBeNull()
})

it('leaves alone what it sees half of: another session’s commit, as it signs in for this tab only', () => {
  const { local, store, open } = setUp()
  open().write(grantOf('s1'))
  local.write('rt', 'R-next')
  store.remember(false)
  store.write(grantOf('s2'))

  expect(local.read('rt')).toBe('R-next')
})

it('leaves alone the tokens that nobody describes yet, as it goes on with a session for this tab only', () => {
  const { local, store } = setUp()
  store.remember(false)
  store.write(grantOf('s1'))
  local.write('rt', 'R-s2')
  store.write(grantOf('s1', { accessToken: 'A2', revision: 2 }))

  expect(local.read('rt')).toBe('R-s2')
})

it('takes up what it had put aside, once somebody has signed in here for all tabs', () => {
  const { store, open } = setUp()
  const other = open()
  other.write(grantOf('s1'))
  store.remember(false)
  store.write(grantOf('s2'))
  store.erase(grantOf('s2'), 'logout')
  expect(store.read()).toMatchObject({ is: 'nothing' })
  store.write(grantOf('s3'))
  open().write(grantOf('s1', { revision: 2 }))

  expect(store.read()).toMatchObject({ is: 'grant', grant: { identity: 's1' } })
})

it('leaves no half of a sign-in beside the record of another session', () => {
  const area = memoryArea()
  let isFull = false
  const { local, store, open } = setUp({
    ...area,
    write(key, value) {
      if (isFull && key === 'at') throw new DOMException('full', 'QuotaExceededError')
      area.write(key, value)
    },
  })
  open().write(grantOf('s1'))
  isFull = true
  store.write(grantOf('s2'))

  expect(store.persistence()).toBe('memory')
  expect(['rt', 'u', 'at'].map(local.read)).toEqual([null, null, null])
})

it('leaves the word of a later ending alone when a session ends that was gone before', () => {
  const { store, open } = setUp()
  const [behind, frozen] = [open(), open()]
  behind.write(grantOf('s1'))
  store.read()
  store.write(grantOf('s2'))
  frozen.read()
  store.erase(grantOf('s2'), 'logout')
  behind.erase(grantOf('s1'), 'logout')

  expect(frozen.read()).toMatchObject({ ended: { identity: 's2' } })
})

it('tells of the end of a session in memory over the word of an earlier one', () => {
  const area = memoryArea()
  let isFull = false
  const { store, open } = setUp({
    ...area,
    write(key, value) {
      if (isFull && key === 'rt') throw new DOMException('full', 'QuotaExceededError')
      area.write(key, value)
    },
  })
  store.write(grantOf('s1'))
  store.erase(grantOf('s1'), 'logout')
  isFull = true
  store.write(grantOf('s2'))
  expect(store.persistence()).toBe('memory')
  store.erase(grantOf('s2'), 'logout')

  expect(open().read()).toMatchObject({ ended: { identity: 's2' } })
})

describe('a pause', () => {
  const backOff = { failures: 1, since: 1_000, until: 5_000, isAsked: false }

  it('is shared beside the tokens, and changes nothing of them', () => {
    const { local, store, open, published } = setUp()
    store.write(grantOf('s1'))
    const record = local.read('record')
    store.pause(grantOf('s1'), backOff)

    expect(open().read()).toMatchObject({ grant: { identity: 's1' }, backOff })
    expect(local.read('record')).toBe(record)
    expect(published).toHaveBeenCalledTimes(2)
  })

  it('of a tab that does not see yet who signed in means nothing to the new session', () => {
    const { store, open } = setUp()
    store.write(grantOf('s2'))
    open().pause(grantOf('s1'), backOff)

    expect(store.read()).toMatchObject({ grant: { identity: 's2', revision: 1 }, backOff: null })
  })

  it('is over with the next commit, also where that brought no new refresh token', () => {
    const { local, store } = setUp()
    store.write(grantOf('s1'))
    store.pause(grantOf('s1'), backOff)
    store.write(grantOf('s1', { accessToken: 'A2', revision: 2 }))

    expect(store.read()).toMatchObject({ backOff: null })
    expect(local.read('pause')).toBeNull()
  })

  it('is gone after a sign-out', () => {
    const { local, store } = setUp()
    store.write(grantOf('s1'))
    store.pause(grantOf('s1'), backOff)
    store.erase(grantOf('s1'), 'logout')

    expect(local.read('pause')).toBeNull()
  })

  it('that storage refuses costs the session nothing', () => {
    const area = memoryArea()
    const { store, warn } = setUp({
      ...area,
      write(key, value) {
        if (key === 'pause') throw new DOMException('full', 'QuotaExceededError')
        area.write(key, value)
      },
    })
    store.write(grantOf('s1'))
    store.pause(grantOf('s1'), backOff)

    expect(store.read()).toMatchObject({ grant: { identity: 's1' }, backOff: null })
    expect(store.persistence()).toBe('local')
    expect(warn).not.toHaveBeenCalled()
  })
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
    await clock.advance(999)
    expect(store.read()).toBeNull()
    expect(changed).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(changed).toHaveBeenCalledTimes(1)
    expect(store.read()).toMatchObject({ is: 'grant', grant: { accessToken: 'theirs' } })
  })

  it('are waited for again when they are seen a second time', async () => {
    const { clock, local, store, open } = setUp()
    store.read()
    local.write('at', 'theirs')
    expect(store.read()).toBeNull()
    open().write(grantOf('s1', { accessToken: 'theirs' }))
    expect(store.read()).toMatchObject({ grant: { revision: 1 } })
    await clock.advance(1_000)
    local.erase('record')
    local.erase('rt')
    expect(store.read()).toBeNull()
  })

  it('are not believed sooner because somebody sets the clock', () => {
    const { clock, local, store } = setUp()
    store.read()
    local.write('at', 'theirs')
    expect(store.read()).toBeNull()
    clock.jump(3_600_000)
    expect(store.read()).toBeNull()
  })
})

it('knows nothing where storage cannot be read, rather than that nobody is signed in', () => {
  const blocked = () => {
    throw new DOMException('blocked', 'SecurityError')
  }
  const { store } = setUp({ read: blocked, write: blocked, erase: blocked })
  expect(store.read()).toBeNull()
  store.write(grantOf('s1'))
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
    store.write(grantOf('s1', { accessToken: `A${revision}` }))
  expect(warn).toHaveBeenCalledTimes(1)
  isFull = false
  store.write(grantOf('s1', { accessToken: 'A4' }))
  expect(store.persistence()).toBe('local')
  isFull = true
  store.write(grantOf('s1', { accessToken: 'A5' }))
  expect(warn).toHaveBeenCalledTimes(2)
})

it('goes on with a session when the one before it is heard to end, also where it knew that one by its end only', () => {
  const { store, open } = setUp()
  const behind = open()
  behind.write(grantOf('s1'))
  store.read()
  store.erase(grantOf('s1'), 'logout')
  const opened = open()
  expect(opened.read()).toMatchObject({ is: 'nothing' })
  store.write(grantOf('s2'))
  expect(opened.read()).toMatchObject({ grant: { identity: 's2' } })
  // It sees nothing of that yet.
  open().write(grantOf('s1', { revision: 2 }))

  expect(opened.read()).toMatchObject({ is: 'grant', grant: { identity: 's2' } })
  expect(open().read()).toMatchObject({ is: 'grant', grant: { identity: 's2' } })
})

describe('the word of an ending', () => {
  const logout = (identity: string) => ({ identity, reason: 'logout' }) as const

  it('is left where storage is full, in the place of the record', () => {
    const area = memoryArea()
    let isFull = false
    const { store, open } = setUp({
      ...area,
      write(key, value) {
        if (isFull && area.read('record') !== null)
          throw new DOMException('full', 'QuotaExceededError')
        area.write(key, value)
      },
    })
    store.write(grantOf('s1'))
    isFull = true
    store.erase(grantOf('s1'), 'logout')

    expect(open().read()).toEqual({ is: 'nothing', ended: logout('s1') })
  })

  it('is about the tokens of its own session, also where half of the next is there already', () => {
    const { local, store } = setUp()
    store.write(grantOf('s1'))
    local.write('rt', 'R-s2')
    local.write('at', 'A-s2')
    store.erase(grantOf('s1'), 'logout')

    expect(local.read('ending')).toBe(describeEnding(grantOf('s1'), logout('s1')))
  })

  it('stands over a commit that crossed it, which is cleared away when nobody signs in over it', async () => {
    const { clock, local, store, changed, open } = setUp()
    const late = open()
    store.write(grantOf('s1'))
    late.read()
    store.erase(grantOf('s1'), 'logout')
    late.write(grantOf('s1', { accessToken: 'A2', refreshToken: 'R2', revision: 2 }))

    expect(store.read()).toEqual({ is: 'nothing', ended: logout('s1') })
    expect(local.read('rt')).toBe('R2')
    await clock.advance(500)
    expect(changed).toHaveBeenCalled()
    expect(store.read()).toEqual({ is: 'nothing', ended: logout('s1') })
    expect(['rt', 'at', 'u', 'record'].map(local.read)).toEqual([null, null, null, null])
    // As others see it who are told key by key: it turned up, and lost its record first.
    expect(open().read()).toEqual({ is: 'nothing', ended: logout('s1') })
  })

  it('makes tokens no older that are met again without their record', async () => {
    const { clock, local, store, open } = setUp()
    store.write(grantOf('s1'))
    store.erase(grantOf('s1'), 'logout')
    expect(store.read()).toMatchObject({ is: 'nothing' })
    local.write('rt', 'R2')
    local.write('at', 'A2')
    expect(store.read()).toBeNull()
    open().write(grantOf('s1', { accessToken: 'A2', refreshToken: 'R2', revision: 2 }))
    local.write('ending', describeEnding(grantOf('s1'), logout('s1')))
    expect(store.read()).toMatchObject({ is: 'nothing' })
    await clock.advance(1_000)
    local.erase('record')

    expect(store.read()).toBeNull()
  })
})

it('puts a session back a few times only, where two tabs have seen two sign-ins in different orders', () => {
  const { open } = setUp()
  const [one, two, three] = [open(), open(), open()]
  three.write(grantOf('s2'))
  one.write(grantOf('s1'))
  // To the third the second session is the one before, to the second the first is.
  three.read()
  two.read()
  two.write(grantOf('s2'))

  const seen = Array.from({ length: 10 }, () =>
    [two, three].map(store => {
      const found = store.read()
      return found?.is === 'grant' && found.grant.identity
    }),
  ).flat()
  expect(new Set(seen).size).toBe(2)
  expect(new Set(seen.slice(-8)).size).toBe(1)
})

it('insists on no tokens of unknown age against the session before: they may be half of its commit', async () => {
  const { clock, local, open, store } = setUp()
  const other = open()
  other.write(grantOf('s1'))
  store.read()
  local.write('rt', 'R2')
  expect(store.read()).toBeNull()
  await clock.advance(1_000)
  expect(store.read()).toMatchObject({ grant: { refreshToken: 'R2', revision: 0 } })
  const whole = grantOf('s1', { accessToken: 'A2', refreshToken: 'R2', revision: 2 })
  other.write(whole)

  expect(store.read()).toMatchObject({ grant: whole })
})

it('brings back no session that ended long ago because the one before it is heard to end', async () => {
  const { clock, local, open, store } = setUp()
  const other = open()
  store.write(grantOf('s1'))
  other.read()
  store.write(grantOf('s2'))
  // From here on this tab was frozen.
  await clock.advance(60_000)
  other.read()
  other.erase(grantOf('s2'), 'logout')
  local.write('ending', describeEnding(grantOf('s1'), { identity: 's1', reason: 'logout' }))

  expect(store.read()).toMatchObject({ is: 'nothing', ended: { identity: 's1' } })
  expect(local.read('rt')).toBeNull()
})
