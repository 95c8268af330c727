import { manualClock } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import type { SessionEvent } from '../machine/event.ts'
import type { RefreshAnswer } from '../ports/auth-endpoint.ts'
import type { Lock } from '../ports/lock.ts'
import type { BackOff } from '../tokens/back-off.ts'
import type { Found } from '../tokens/commit-record.ts'
import type { Grant } from '../tokens/grant.ts'
import { type FlightDeck, fly } from './flight.ts'

const grantOf = (parts: Partial<Grant> = {}): Grant => ({
  accessToken: 'A1',
  refreshToken: 'R1',
  user: null,
  sessionId: 's1',
  identity: 's1',
  revision: 1,
  receivedAt: 0,
  lifetime: 60_000,
  afterRefusal: false,
  ...parts,
})
const spent = grantOf()
const newer = grantOf({ accessToken: 'A2', refreshToken: 'R2', revision: 2 })
const found = (grant: Grant, backOff: BackOff | null = null): Found => ({
  is: 'grant',
  grant,
  backOff,
})
const paused = (until: number): BackOff => ({ failures: 1, since: 0, until, isAsked: false })

const granted: RefreshAnswer = {
  is: 'granted',
  tokens: { access_token: 'A2', refresh_token: 'R2', expires_in: 60 },
}
const denied: RefreshAnswer = { is: 'denied', reason: 'revoked' }
const lost: RefreshAnswer = { is: 'lost', cause: new Error('cut off') }

interface Scene {
  /** Whether each tab fetches a token of its own (a cookie is the refresh token). */
  isEachItsOwn?: boolean
  /** What storage holds at each read; the last one stays. `null` cannot be read. */
  stored?: readonly (Found | null)[]
  answer?: (call: number, signal: AbortSignal) => RefreshAnswer | Promise<RefreshAnswer>
  /** When the store knows what is this tab's. */
  settled?: Promise<void>
  wasTaken?: boolean
  /** How long ago another tab said that it had changed storage. */
  toldAgo?: number
  /** When somebody takes the lock over, the first time that it is held. */
  isLost?: 'before it asks' | 'while it asks' | null
  lock?: Lock
  grant?: Grant
}

/** A flight that has taken off, and everything that can be seen of it. */
function takeOff({
  stored = [found(spent)],
  answer = () => granted,
  wasTaken = false,
  toldAgo = Number.POSITIVE_INFINITY,
  isLost = null,
  isEachItsOwn = false,
  settled = Promise.resolve(),
  lock,
  grant = spent,
}: Scene = {}) {
  const clock = manualClock(1_000_000)
  const start = clock.now()
  const events: SessionEvent[] = []
  const reads: number[] = []
  const asked: { at: number; token: string }[] = []
  const abandoned = new AbortController()
  const takenOver = new AbortController()
  const seen = { holds: 0, holdsLock: false, hasLanded: false, isFlying: true }
  const open: Lock = {
    async hold(task) {
      seen.holdsLock = true
      try {
        const lost = ++seen.holds === 1 ? takenOver : new AbortController()
        if (isLost === 'before it asks') takenOver.abort()
        return await task({ lost: lost.signal, wasTaken })
      } finally {
        seen.holdsLock = false
      }
    },
  }
  const deck: FlightDeck = {
    dispatch: event => events.push(event),
    isFlying: () => seen.isFlying,
    ports: {
      clock,
      refreshTimeout: 10_000,
      disposed: neverAborts,
      random: () => 0.5,
      toldAt: () => start - toldAgo,
      lock: lock ?? open,
      store: {
        read() {
          reads.push(clock.now() - start)
          return stored[Math.min(reads.length, stored.length) - 1] ?? null
        },
        settled: () => settled,
        write() {},
        pause() {},
        erase() {},
        remember() {},
        persistence: () => 'local',
      },
      endpoint: {
        ...unusedEndpoint,
        ...(isEachItsOwn && { withoutTokens: notCalled }),
        async refresh(token, { signal = neverAborts }) {
          asked.push({ at: clock.now() - start, token })
          if (isLost === 'while it asks') takenOver.abort()
          return answer(asked.length, signal)
        },
      },
    },
  }
  void fly(grant, deck.ports.store.read(), deck, abandoned.signal).then(() => {
    seen.hasLanded = true
  })
  return { clock, events, reads, asked, abandoned, seen }
}

const neverAborts = new AbortController().signal
const never = () => new Promise<never>(() => {})
const unusedEndpoint: Omit<FlightDeck['ports']['endpoint'], 'refresh'> = {
  login: never,
  register: never,
  revoke: never,
  revokeAll: never,
  listSessions: never,
  revokeSession: never,
}
const notCalled = () => {
  throw new Error('the flight only looks whether it is there')
}
const types = (events: readonly SessionEvent[]) => events.map(event => event.type)
const lastOf = (events: readonly SessionEvent[]) => events[events.length - 1]

describe('a flight', () => {
  it('asks at once where nobody else had the lock, and brings what was granted', async () => {
    const { clock, asked, events } = takeOff()
    await clock.advance(0)
    expect(asked).toEqual([{ at: 0, token: 'R1' }])
    expect(lastOf(events)).toEqual({
      type: 'refresh-granted',
      spent,
      grant: { ...newer, receivedAt: 1_000_000 },
    })
  })

  it('keeps the lock for half a second after the commit', async () => {
    const { clock, seen } = takeOff()
    await clock.advance(499)
    expect(seen).toMatchObject({ holdsLock: true, hasLanded: false })
    await clock.advance(1)
    expect(seen).toMatchObject({ holdsLock: false, hasLanded: true })
  })

  it('keeps the lock for 100 ms after bad news', async () => {
    const { clock, seen } = takeOff({ answer: () => denied })
    await clock.advance(15 + 99)
    expect(seen).toMatchObject({ holdsLock: true, hasLanded: false })
    await clock.advance(1)
    expect(seen).toMatchObject({ holdsLock: false, hasLanded: true })
  })

  it('keeps the lock for 100 ms after it was abandoned', async () => {
    const { clock, seen, abandoned, asked } = takeOff({ answer: never })
    await clock.advance(1_000)
    expect(asked).toHaveLength(1)
    abandoned.abort()
    await clock.advance(99)
    expect(seen.holdsLock).toBe(true)
    await clock.advance(1)
    expect(seen).toMatchObject({ holdsLock: false, hasLanded: true })
  })

  it.each([false, true])(
    'queues again where it was passed over before it could ask (a cookie: %j)',
    async isEachItsOwn => {
      const { clock, seen, asked, events } = takeOff({ isEachItsOwn, isLost: 'before it asks' })
      await clock.advance(0)
      expect(seen.holds).toBe(2)
      expect(asked).toHaveLength(1)
      expect(types(events)).toEqual([
        'store-changed',
        'store-changed',
        'store-changed',
        'refresh-granted',
      ])
    },
  )

  it('reports what went wrong with the lock as no verdict', async () => {
    const cause = new Error('no lock today')
    const { clock, events } = takeOff({ lock: { hold: () => Promise.reject(cause) } })
    await clock.advance(0)
    expect(events).toEqual([
      { type: 'refresh-unreachable', spent, retryAfter: null, backOff: null, jitter: 0.5, cause },
    ])
  })
})

describe('the second look at storage', () => {
  it.each([
    ['has said what is this tab’s', 400],
    ['has had its time', 10_000],
  ])('is taken once the store %s', async (_name, at) => {
    let settle = () => {}
    const settled = new Promise<void>(resolve => {
      settle = resolve
    })
    const { clock, asked } = takeOff({ settled })
    clock.wake(clock.now() + 400, at === 400 ? settle : () => {})
    await clock.advance(at - 1)
    expect(asked).toEqual([])
    await clock.advance(1)
    expect(asked).toEqual([{ at, token: 'R1' }])
  })

  it('waits for the whole of a commit that it meets in the middle', async () => {
    const { clock, reads, events, asked } = takeOff({
      stored: [found(spent), null, null, found(newer)],
    })
    await clock.advance(30)
    expect(reads.slice(0, 4)).toEqual([0, 0, 15, 30])
    expect(types(events)[0]).toBe('store-changed')
    expect(asked).toEqual([{ at: 30, token: 'R1' }])
  })

  it('gives up after a second and a quarter of what cannot be read, and tells the machine nothing', async () => {
    const { clock, reads, events, asked } = takeOff({ stored: [null] })
    await clock.advance(1_259)
    expect(reads.slice(0, 4)).toEqual([0, 0, 15, 30])
    expect(asked).toEqual([])
    await clock.advance(1)
    expect(asked).toEqual([{ at: 1_260, token: 'R1' }])
    await clock.advance(2_000)
    expect(types(events)).toEqual(['refresh-granted'])
  })

  it('waits half a second for what the last holder of the lock has done, then asks', async () => {
    const { clock, asked, reads } = takeOff({ wasTaken: true })
    await clock.advance(509)
    expect(asked).toEqual([])
    await clock.advance(1)
    expect(asked).toEqual([{ at: 510, token: 'R1' }])
    // Once before the lock, once under it, 34 looks in between, once after the answer.
    expect(reads).toHaveLength(1 + 1 + 34 + 1)
  })

  it('waits as long for what another tab has just told of, though nobody has the lock', async () => {
    const { clock, asked } = takeOff({ toldAgo: 499 })
    await clock.advance(509)
    expect(asked).toEqual([])
    await clock.advance(1)
    expect(asked).toHaveLength(1)
  })

  it('waits for nothing that was told longer ago', async () => {
    const { clock, asked } = takeOff({ toldAgo: 500 })
    await clock.advance(0)
    expect(asked).toHaveLength(1)
  })

  it('asks nothing once the last holder is seen to have met no verdict', async () => {
    const backOff = paused(2_000_000)
    const { clock, asked, events } = takeOff({
      wasTaken: true,
      stored: [found(spent), found(spent), found(spent), found(spent, backOff)],
    })
    await clock.advance(1_000)
    expect(asked).toEqual([])
    expect(lastOf(events)).toEqual({
      type: 'refresh-unreachable',
      spent,
      retryAfter: null,
      backOff,
      jitter: 0.5,
      cause: null,
    })
  })

  it('asks though there was a pause before it took off: somebody insisted', async () => {
    const { clock, asked } = takeOff({ stored: [found(spent, paused(2_000_000))] })
    await clock.advance(0)
    expect(asked).toHaveLength(1)
  })

  it('asks nothing once the machine has what the last holder left', async () => {
    const flight = takeOff({ wasTaken: true })
    await flight.clock.advance(45)
    flight.seen.isFlying = false
    await flight.clock.advance(15)
    expect(flight.seen.hasLanded).toBe(true)
    expect(flight.asked).toEqual([])
  })
})

describe('where each tab fetches a token of its own', () => {
  it('waits for nobody else’s tokens, only until it can see who is signed in', async () => {
    const { clock, asked } = takeOff({ isEachItsOwn: true, wasTaken: true })
    await clock.advance(14)
    expect(asked).toEqual([])
    await clock.advance(1)
    expect(asked).toHaveLength(1)
  })

  it('keeps the lock until the answer and its cookie are there, whoever waits for it', async () => {
    const { clock, seen, abandoned } = takeOff({ isEachItsOwn: true, answer: never })
    await clock.advance(0)
    abandoned.abort()
    await clock.advance(9_900)
    expect(seen.holdsLock).toBe(true)
    await clock.advance(300)
    expect(seen).toMatchObject({ holdsLock: false, hasLanded: true })
  })

  it('asks at once where nobody had the lock', async () => {
    const { clock, asked } = takeOff({ isEachItsOwn: true })
    await clock.advance(0)
    expect(asked).toHaveLength(1)
  })

  it.each([
    { name: 'a grant', answer: granted, keeps: false },
    { name: 'bad news', answer: denied, keeps: true },
  ])('keeps the lock after $name: $keeps', async ({ answer, keeps }) => {
    const { clock, seen } = takeOff({ isEachItsOwn: true, answer: () => answer })
    await clock.advance(15)
    expect(seen.holdsLock).toBe(keeps)
    await clock.advance(100)
    expect(seen.hasLanded).toBe(true)
  })
})

describe('the answer', () => {
  it.each([
    { name: 'bad news', scene: { answer: () => denied }, type: 'refresh-denied' },
    {
      name: 'a grant without the lock',
      scene: { isLost: 'while it asks' as const },
      type: 'refresh-granted',
    },
  ])('of $name is believed after a pause and another look', async ({ scene, type }) => {
    const { clock, events, reads } = takeOff(scene)
    await clock.advance(14)
    expect(types(events)).not.toContain(type)
    await clock.advance(1)
    expect(types(events).slice(-2)).toEqual(['store-changed', type])
    expect(reads[reads.length - 1]).toBe(15)
  })

  it('that was lost is asked for once more, 300 ms later', async () => {
    const { clock, asked, events } = takeOff({ answer: call => (call === 1 ? lost : granted) })
    await clock.advance(299)
    expect(asked).toHaveLength(1)
    await clock.advance(1)
    expect(asked).toEqual([
      { at: 0, token: 'R1' },
      { at: 300, token: 'R1' },
    ])
    expect(types(events)).toContain('refresh-granted')
  })

  it('that was lost twice is no verdict, and names its cause', async () => {
    const cause = new Error('thrown by somebody’s endpoint')
    const { clock, asked, events } = takeOff({
      answer: () => {
        throw cause
      },
    })
    await clock.advance(1_000)
    expect(asked).toHaveLength(2)
    expect(lastOf(events)).toMatchObject({ type: 'refresh-unreachable', cause, retryAfter: null })
  })

  it('that was lost is not asked for again when nobody waits for it any more', async () => {
    const flight = takeOff({ answer: () => lost })
    await flight.clock.advance(100)
    flight.seen.isFlying = false
    await flight.clock.advance(1_000)
    expect(flight.asked).toHaveLength(1)
  })

  it('that never comes is given up after the refresh timeout, and its request with it', async () => {
    let signal: AbortSignal = neverAborts
    const { clock, events } = takeOff({
      answer: (_call, given) => {
        signal = given
        return never()
      },
    })
    await clock.advance(9_999)
    expect(signal.aborted).toBe(false)
    await clock.advance(16)
    expect(signal.aborted).toBe(true)
    expect(lastOf(events)).toMatchObject({ type: 'refresh-unreachable' })
    const { cause } = lastOf(events) as { cause: Error }
    expect(String(cause)).toBe('TimeoutError: The refresh took longer than 10000 ms')
  })

  it.each<[string, unknown]>([
    ['grants no usable token', { is: 'granted', tokens: { access_token: '' } }],
    ['grants none at all', { is: 'granted' }],
    ['says something of its own', { is: 'ok', tokens: { access_token: 'A2' } }],
  ])('of an endpoint that %s is no verdict, and says so', async (_, answer) => {
    // What the compiler forbids, a plain script may do.
    const { clock, events } = takeOff({ answer: () => answer as RefreshAnswer })
    await clock.advance(100)
    const { type, cause } = lastOf(events) as { type: string; cause: Error }
    expect(type).toBe('refresh-unreachable')
    expect(cause.message).toMatch(
      /has to answer .* granted .*usable.*, denied, unreachable or lost/,
    )
  })

  it('of an endpoint that denies without a reason we know ends the session as revoked', async () => {
    const { clock, events } = takeOff({ answer: () => ({ is: 'denied' }) as RefreshAnswer })
    await clock.advance(100)
    expect(lastOf(events)).toMatchObject({ type: 'refresh-denied', reason: 'revoked' })
  })

  it('of an endpoint that reads nothing it passes on is read before it is kept', async () => {
    const tokens = { access_token: 'A2', refresh_token: 5, expires_in: 'soon' }
    const { clock, events } = takeOff({
      answer: () => ({ is: 'granted', tokens }) as unknown as RefreshAnswer,
    })
    await clock.advance(100)
    expect(lastOf(events)).toMatchObject({
      type: 'refresh-granted',
      grant: { accessToken: 'A2', refreshToken: 'R1', lifetime: null },
    })
  })

  it('is asked for with an empty token where there is none', async () => {
    const { clock, asked } = takeOff({ grant: grantOf({ refreshToken: null }) })
    await clock.advance(0)
    expect(asked).toEqual([{ at: 0, token: '' }])
  })
})
