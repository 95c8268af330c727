import { manualClock } from '@tabkeeper/testing'
import { describe, expect, it } from 'vitest'
import type { RefreshAnswer } from '../ports/auth-endpoint.ts'
import type { BackOff } from '../tokens/back-off.ts'
import type { Grant } from '../tokens/grant.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import { type Change, createRuntime, type Runtime, type RuntimePorts } from './runtime.ts'

const NOW = 1_000_000
const grantOf = (parts: Partial<Grant> = {}): Grant => ({
  accessToken: 'A1',
  refreshToken: 'R1',
  user: null,
  sessionId: 's1',
  identity: 's1',
  revision: 1,
  receivedAt: NOW,
  lifetime: 60_000,
  afterRefusal: false,
  ...parts,
})
const first = grantOf()
const over = grantOf({ receivedAt: NOW - 60_000 })
const other = grantOf({ accessToken: 'B1', refreshToken: 'S1', sessionId: 's2', identity: 's2' })

const never = () => new Promise<never>(() => {})

interface Scene {
  keepAlive?: boolean
  onChange?: (runtime: Runtime, change: Change) => void
  onWrite?: (runtime: Runtime, grant: Grant) => void
  answer?: (token: string, signal: AbortSignal | undefined) => Promise<RefreshAnswer>
  acknowledges?: boolean | 'throws' | 'never'
}

/** A runtime over ports that write down what is asked of them. */
function start(scene: Scene = {}) {
  const { onWrite, onChange, answer = never, acknowledges = true, keepAlive = false } = scene
  const clock = manualClock(NOW)
  const disposal = new AbortController()
  const log: string[] = []
  const changes: Change[] = []
  const holds: AbortSignal[] = []
  let stored: { grant: Grant; backOff: BackOff | null } | null = null
  const ports: RuntimePorts = {
    clock,
    refreshTimeout: 10_000,
    disposed: disposal.signal,
    random: () => 0,
    toldAt: () => Number.NEGATIVE_INFINITY,
    lock: {
      hold(task, { signal }) {
        holds.push(signal)
        return task({ lost: new AbortController().signal, wasTaken: false })
      },
    },
    store: {
      read: () => (stored === null ? { is: 'nothing', ended: null } : { is: 'grant', ...stored }),
      settled: async () => {},
      write(grant: Grant) {
        stored = { grant, backOff: null }
        log.push(`write ${grant.accessToken}`)
        onWrite?.(runtime, grant)
      },
      pause(grant: Grant, backOff: BackOff) {
        stored = { grant, backOff }
        log.push(`pause ${grant.accessToken}`)
      },
      erase(grant: Grant, reason: SignOutReason) {
        stored = null
        log.push(`erase ${grant.accessToken} ${reason}`)
      },
      remember() {},
      persistence: () => 'local',
    },
    endpoint: {
      login: never,
      register: never,
      refresh(token, { signal }) {
        log.push(`refresh ${token}`)
        return answer(token, signal)
      },
      revoke: ({ accessToken }, { signal }) => {
        log.push(`revoke ${accessToken}`)
        signal?.addEventListener('abort', () => log.push(String(signal.reason)))
        if (acknowledges === 'throws') return Promise.reject(new Error('cut off'))
        return acknowledges === 'never' ? never() : Promise.resolve(acknowledges)
      },
      revokeAll: never,
      listSessions: never,
      revokeSession: never,
    },
    measure: what => {
      log.push(`${what} begins`)
      return () => log.push(`${what} ends`)
    },
    ending: grant => () => log.push(`unacknowledged ${grant.accessToken}`),
  }
  const policy = { refreshAhead: 10_000, leeway: 1_000, keepAlive }
  const runtime: Runtime = createRuntime(ports, policy, change => {
    changes.push(change)
    onChange?.(runtime, change)
  })
  const dispose = () => {
    disposal.abort(new Error('disposed'))
    runtime.dispose()
  }
  return { clock, runtime, log, changes, holds, dispose }
}

const kinds = (changes: readonly Change[]) =>
  changes.map(({ from, event, to }) => `${from.is} · ${event.type} → ${to.is}`)

describe('one event at a time', () => {
  it('keeps what happens in the middle of a step until the step and its effects are done', () => {
    const { runtime, log, changes } = start({
      onWrite: ({ dispatch }) => dispatch({ type: 'signed-out', told: true }),
    })
    runtime.dispatch({ type: 'signed-in', grant: first })
    expect(log).toEqual(['write A1', 'erase A1 logout'])
    expect(kinds(changes)).toEqual([
      'loading · signed-in → authenticated',
      'authenticated · signed-out → unauthenticated',
    ])
    expect(changes[1]?.from).toBe(changes[0]?.to)
  })

  it('tells of a change only, not of an event that changed nothing', () => {
    const { runtime, changes } = start()
    runtime.dispatch({ type: 'signed-in', grant: first })
    runtime.dispatch({ type: 'token-needed', minValidity: 0 })
    expect(changes).toHaveLength(1)
  })

  it('takes no notice of anything once it is disposed of', () => {
    const { runtime, log, changes, dispose, clock } = start()
    dispose()
    runtime.dispatch({ type: 'signed-in', grant: first })
    expect(runtime.state().is).toBe('loading')
    expect({ log, changes }).toEqual({ log: [], changes: [] })
    expect(clock.pending()).toBe(0)
  })
})

describe('the news', () => {
  it('comes in order, also to a listener that makes more happen', () => {
    const seen: string[] = []
    const { runtime } = start({
      onChange: ({ dispatch }, { to }) => {
        seen.push(`begins ${to.is}`)
        if (to.is === 'authenticated') dispatch({ type: 'signed-out', told: true })
        seen.push(`ends ${to.is}`)
      },
    })
    runtime.dispatch({ type: 'signed-in', grant: first })
    expect(seen).toEqual([
      'begins authenticated',
      'ends authenticated',
      'begins unauthenticated',
      'ends unauthenticated',
    ])
  })

  it('goes on after a listener that throws', () => {
    let isFirst = true
    const { runtime, changes } = start({
      onChange: () => {
        if (!isFirst) return
        isFirst = false
        throw new Error('a mistake of the page')
      },
    })
    expect(() => runtime.dispatch({ type: 'signed-in', grant: first })).toThrow('a mistake')
    runtime.dispatch({ type: 'signed-out', told: true })
    expect(changes).toHaveLength(2)
  })
})

describe('the alarm', () => {
  // Lives a minute, due ten seconds before its end.
  const asked = (log: readonly string[]) => log.filter(entry => entry.startsWith('refresh'))

  it('refreshes a token that nobody asks for, once it is due', async () => {
    const { runtime, clock, log } = start({ keepAlive: true })
    runtime.dispatch({ type: 'signed-in', grant: first })
    expect(clock.pending()).toBe(1)
    await clock.advance(49_999)
    expect(asked(log)).toEqual([])
    await clock.advance(1)
    expect(asked(log)).toEqual(['refresh R1'])
  })

  it('A09: is one, however often it is set', () => {
    const { runtime, clock } = start({ keepAlive: true })
    for (let i = 0; i < 50; i++)
      runtime.dispatch({ type: 'signed-in', grant: grantOf({ accessToken: `A${i}` }) })
    expect(clock.pending()).toBe(1)
    runtime.dispatch({ type: 'signed-in', grant: grantOf({ lifetime: 90_000, accessToken: 'Z' }) })
    expect(clock.pending()).toBe(1)
    runtime.dispatch({ type: 'signed-out', told: true })
    expect(clock.pending()).toBe(0)
  })

  it('is off where nobody asked for it, and once the session object is disposed of', () => {
    const quiet = start()
    quiet.runtime.dispatch({ type: 'signed-in', grant: first })
    expect(quiet.clock.pending()).toBe(0)
    const { runtime, clock, dispose } = start({ keepAlive: true })
    runtime.dispatch({ type: 'signed-in', grant: first })
    dispose()
    expect(clock.pending()).toBe(0)
  })
})

describe('the flight of a runtime', () => {
  it('ends with the session object', async () => {
    const { runtime, clock, holds, dispose } = start()
    runtime.dispatch({ type: 'signed-in', grant: over })
    runtime.dispatch({ type: 'token-needed', minValidity: 0 })
    await clock.advance(0)
    dispose()
    expect(holds.map(signal => signal.aborted)).toEqual([true])
  })

  it('gives the lock up when another session takes the place of the one it is for', () => {
    const { runtime, holds } = start()
    runtime.dispatch({ type: 'signed-in', grant: over })
    runtime.dispatch({ type: 'token-needed', minValidity: 0 })
    return Promise.resolve().then(() => {
      expect(holds.map(signal => signal.aborted)).toEqual([false])
      runtime.dispatch({ type: 'signed-in', grant: other })
      expect(holds.map(signal => signal.aborted)).toEqual([true])
    })
  })

  it('repeats no lost question of a session that another one has replaced, though that one flies', async () => {
    const { runtime, clock, log } = start({
      answer: async () => ({ is: 'lost', cause: null }),
    })
    runtime.dispatch({ type: 'signed-in', grant: over })
    runtime.dispatch({ type: 'token-needed', minValidity: 0 })
    await clock.advance(100)
    runtime.dispatch({ type: 'signed-in', grant: other })
    runtime.dispatch({ type: 'refresh-requested' })
    await clock.advance(5_000)
    expect(log.filter(entry => entry.startsWith('refresh'))).toEqual([
      'refresh R1',
      'refresh S1',
      'refresh S1',
    ])
  })

  it('starts after the one before has landed, so that the lock is never waited for in vain', async () => {
    const { runtime, clock, log } = start()
    runtime.dispatch({ type: 'signed-in', grant: over })
    runtime.dispatch({ type: 'token-needed', minValidity: 0 })
    await clock.advance(0)
    runtime.dispatch({ type: 'signed-in', grant: other })
    runtime.dispatch({ type: 'refresh-requested' })
    await clock.advance(99)
    expect(log).not.toContain('refresh S1')
    await clock.advance(1)
    expect(log.slice(-3)).toEqual(['flight ends', 'flight begins', 'refresh S1'])
  })
})

describe('whoever waits', () => {
  it('waits while nothing has been read', async () => {
    const { runtime } = start()
    let isSettled = false
    const wait = runtime.settled().then(() => {
      isSettled = true
    })
    await Promise.resolve()
    expect(isSettled).toBe(false)
    runtime.dispatch({ type: 'restored', found: { is: 'nothing', ended: null } })
    await wait
    expect(runtime.state().is).toBe('unauthenticated')
  })

  it('waits while a refresh is under way', async () => {
    const { runtime, log } = start()
    runtime.dispatch({ type: 'restored', found: { is: 'grant', grant: over, backOff: null } })
    void runtime.settled()
    expect(log).toContain('wait begins')
  })

  it('does not wait where there is nothing to wait for, and nothing is measured', async () => {
    const { runtime, log } = start()
    runtime.dispatch({ type: 'signed-in', grant: first })
    await runtime.settled()
    expect(log).toEqual(['write A1'])
  })

  it('shares one promise, measured once', () => {
    const { runtime, log } = start()
    expect(runtime.settled()).toBe(runtime.settled())
    expect(log).toEqual(['wait begins'])
  })

  it('hears of the disposal, before and after it', async () => {
    const { runtime, dispose } = start()
    const before = runtime.settled()
    dispose()
    await expect(before).rejects.toThrow('disposed')
    await expect(runtime.settled()).rejects.toThrow('disposed')
  })
})

describe('a sign-out', () => {
  it('has nothing outstanding before there was one', async () => {
    expect(await start().runtime.revoked()).toBe(true)
  })

  it('is given up after the refresh timeout, and its request with it', async () => {
    const { runtime, clock, log } = start({ acknowledges: 'never' })
    runtime.dispatch({ type: 'signed-in', grant: first })
    runtime.dispatch({ type: 'signed-out', told: false })
    await clock.advance(10_000)
    expect(await runtime.revoked()).toBe(false)
    expect(log.slice(-2)).toEqual([
      'TimeoutError: The sign-out took longer than 10000 ms',
      'unacknowledged A1',
    ])
  })

  it('leaves no timer behind', async () => {
    const { runtime, clock } = start()
    runtime.dispatch({ type: 'signed-in', grant: first })
    runtime.dispatch({ type: 'signed-out', told: false })
    await runtime.revoked()
    expect(clock.pending()).toBe(0)
  })

  it.each<{ acknowledges: boolean | 'throws'; entries: string[] }>([
    { acknowledges: 'throws', entries: ['erase A1 logout', 'revoke A1', 'unacknowledged A1'] },
    { acknowledges: true, entries: ['erase A1 logout', 'revoke A1'] },
    { acknowledges: false, entries: ['erase A1 logout', 'revoke A1', 'unacknowledged A1'] },
  ])('is told of, acknowledged: $acknowledges', async ({ acknowledges, entries }) => {
    const { runtime, log } = start({ acknowledges })
    runtime.dispatch({ type: 'signed-in', grant: first })
    runtime.dispatch({ type: 'signed-out', told: false })
    expect(await runtime.revoked()).toBe(acknowledges === true)
    expect(log.slice(1)).toEqual(entries)
  })
})
