import { type AsyncArea, mirroredArea, type Session, type TokenArea } from '@tabkeeper/core'
import { seededRandom } from '@tabkeeper/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ADA, type Bar, BOB, endingsOf, eventsOf, HOUR, isServed, openBar } from './bar.ts'

const APP = { app: 'admin' }

/** What two windows of a shell share: each access takes up to 50 ms. */
function slowStore({ clock }: Bar, seed = 1) {
  const strings = new Map<string, string>()
  const random = seededRandom(seed)
  const wait = () =>
    new Promise<void>(done => clock.wake(clock.now() + random.between(0, 50), done))
  const fault: { for: ((operation: string, key: string) => void) | null } = { for: null }
  async function slowly<T>(operation: string, key: string, access: () => T): Promise<T> {
    await wait()
    fault.for?.(operation, key)
    return access()
  }
  const area: AsyncArea = {
    read: key => slowly('read', key, () => strings.get(key) ?? null),
    write: (key, value) => slowly('write', key, () => strings.set(key, value)),
    erase: key => slowly('erase', key, () => strings.delete(key)),
  }
  return { area, strings, fault }
}

async function mirror(bar: Bar, area: AsyncArea): Promise<TokenArea> {
  return bar.soon(mirroredArea(area, APP))
}

describe('B12: two windows of a desktop shell', () => {
  it.each([1, 2, 3, 4, 5])('take turns by the lock, and refresh once (seed %i)', async seed => {
    const bar = openBar()
    const { clock, server, open, soon } = bar
    const { area } = slowStore(bar, seed)
    const held: string[] = []
    const windows: Session[] = []
    for (const name of ['one', 'two']) {
      const { tab, again } = open()
      const { lock } = tab.world
      tab.world.lock = (...given) => {
        const own = lock(...given)
        return {
          hold: (task, options) => {
            if (given[0].startsWith('tabkeeper-refresh')) held.push(name)
            return own.hold(task, options)
          },
        }
      }
      windows.push(again({ storage: await mirror(bar, area) }))
    }
    const [one, two] = windows
    if (one === undefined || two === undefined) throw new Error('two windows')
    await one.login(ADA)
    await clock.advance(1_000)
    two.getState()
    await clock.advance(1_000)
    expect(two.getState()).toMatchObject({ user: { name: ADA.email }, persistence: 'local' })

    for (let round = 1; round <= 5; round++) {
      held.length = 0
      clock.jump(HOUR)
      const tokens = await soon(Promise.all(windows.map(each => each.getAccessToken())), 3_000)
      await clock.advance(1_000)
      expect(new Set(tokens).size).toBe(1)
      expect(held).toEqual(['one', 'two'])
      expect(server.counts).toMatchObject({ refreshes: round, reused: 0 })
    }

    const reasons = endingsOf(two)
    await one.logout()
    await clock.advance(1_000)
    expect(reasons).toEqual(['logout-elsewhere'])
  })
})

describe('G07: storage that answers later', () => {
  it('holds in the end what was said last, whatever takes how long', { timeout: 0 }, async () => {
    const change = fc.tuple(fc.constantFrom('admin_token', 'admin_user'), fc.option(fc.string()))
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(change, { minLength: 1 }), async (seed, changes) => {
        const bar = openBar()
        const { area, strings } = slowStore(bar, seed)
        const storage = await mirror(bar, area)
        const said = new Map<string, string>()
        for (const [key, value] of changes) {
          if (value === null) storage.erase(key)
          else storage.write(key, value)
          if (value === null) said.delete(key)
          else said.set(key, value)
          expect(storage.read(key)).toBe(value)
        }
        await bar.clock.advance(100 * changes.length)
        expect(strings).toEqual(said)
      }),
      { numRuns: 50 },
    )
  })

  it('is loaded before the session wakes, which starts signed in', async () => {
    const bar = openBar()
    const { area } = slowStore(bar)
    const before = bar.open({ storage: await mirror(bar, area) })
    await before.session.login(ADA)
    await bar.clock.advance(1_000)
    before.tab.close()

    const { session } = bar.open({ storage: await mirror(bar, area) })
    expect(session.getState()).toMatchObject({ user: { name: ADA.email }, persistence: 'local' })
  })

  it('keeps the order of a sign-in, a sign-out and a sign-in', async () => {
    const bar = openBar()
    const { area, strings } = slowStore(bar)
    const { session } = bar.open({ storage: await mirror(bar, area) })
    await session.login(ADA)
    void session.logout()
    await session.login(BOB)
    await bar.clock.advance(2_000)

    expect(strings.get('admin_token')).toBe(await session.getAccessToken())
    expect(JSON.parse(strings.get('admin_user') ?? '')).toEqual({ name: BOB.email })
  })

  it.each(['admin_refresh_token', 'admin_user', 'admin_token', 'tabkeeper:admin'])(
    'C02: that refuses %s: in memory, visibly, and nothing stale is kept',
    async broken => {
      const bar = openBar()
      const { clock, server, open, soon } = bar
      const { area, strings, fault } = slowStore(bar)
      const { session } = open({ storage: await mirror(bar, area) })
      await session.login(ADA)
      await clock.advance(1_000)
      const events = eventsOf(session)
      const states: unknown[] = []
      session.subscribe(state => states.push(state))
      let refusals = 0
      fault.for = (operation, key) => {
        if (operation === 'write' && key === broken && ++refusals <= 2)
          throw new Error('the keychain is locked')
      }

      await soon(session.refresh(), 3_000)
      await clock.advance(3_000)

      expect(session.getState()).toMatchObject({ persistence: 'memory' })
      expect(states.at(-1)).toBe(session.getState())
      expect(events).toEqual(['refreshed', 'warning'])
      expect([...strings]).toEqual([])
      await soon(session.refresh(), 3_000)
      await clock.advance(3_000)
      expect(session.getState()).toMatchObject({ persistence: 'local' })
      expect(strings.get('admin_token')).toBe(await session.getAccessToken())
      expect(server.counts.reused).toBe(0)
    },
  )

  it('G06: that fails once costs nothing', async () => {
    const bar = openBar()
    const { clock, open, soon } = bar
    const { area, strings, fault } = slowStore(bar)
    const { session } = open({ storage: await mirror(bar, area) })
    await session.login(ADA)
    const events = eventsOf(session)
    for (const broken of [1, 2, 3, 4, 5, 6]) {
      let accesses = 0
      fault.for = () => {
        if (++accesses === broken) throw new Error('busy')
      }
      await soon(session.refresh(), 3_000)
      await clock.advance(1_000)
      expect(strings.get('admin_token')).toBe(await session.getAccessToken())
    }
    expect(new Set(events)).toEqual(new Set(['refreshed']))
    fault.for = null
    await session.logout()
    await clock.advance(1_000)
    expect([...strings.keys()]).toEqual(['tabkeeper-ending:admin'])
  })

  it('G06: that cannot be read for a while is no reason to leave it', async () => {
    const bar = openBar()
    const { clock, open, soon } = bar
    const { area, strings, fault } = slowStore(bar)
    const { session } = open({ storage: await mirror(bar, area) })
    await session.login(ADA)
    const events = eventsOf(session)
    fault.for = operation => {
      if (operation === 'read') throw new Error('busy')
    }
    await soon(session.refresh(), 3_000)
    await clock.advance(1_000)

    expect(session.getState()).toMatchObject({ persistence: 'local' })
    expect(events).toEqual(['refreshed'])
    expect(strings.get('admin_token')).toBe(await session.getAccessToken())
  })

  it('that cannot be read at first starts signed out, and signed in as soon as it can', async () => {
    const bar = openBar()
    const { area, fault } = slowStore(bar)
    const before = bar.open({ storage: await mirror(bar, area) })
    await before.session.login(ADA)
    await bar.clock.advance(1_000)
    before.tab.close()
    fault.for = () => {
      throw new Error('the keychain is locked')
    }
    const { tab, session } = bar.open({ storage: await mirror(bar, area) })
    expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'none' })

    fault.for = null
    tab.comeBack()
    await bar.clock.advance(1_000)
    expect(session.getState()).toMatchObject({ user: { name: ADA.email } })
  })

  it('that never answers holds nobody up for ever', async () => {
    const bar = openBar()
    const { clock, server, open, soon } = bar
    const { area, fault } = slowStore(bar)
    const { session } = open({ storage: await mirror(bar, area) })
    await session.login(ADA)
    await clock.advance(1_000)
    area.write = area.read = () => new Promise(() => {})
    fault.for = null
    clock.jump(HOUR)

    expect(await soon(isServed(session, server), 12_000)).toBe(true)
    session.dispose()
    await clock.advance(500)
    expect(clock.pending()).toBe(0)
  })

  it('says which keys it is for', async () => {
    const bar = openBar()
    const storage = await mirror(bar, slowStore(bar).area)
    expect(() => storage.read('customer_token')).toThrow(/'customer_token'.*"app" and "keys"/)
    await expect(mirroredArea(slowStore(bar).area, { app: '' })).rejects.toThrow(TypeError)
  })
})
