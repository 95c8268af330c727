import type { Effect } from '../machine/effect.ts'
import type { SessionEvent } from '../machine/event.ts'
import { LOADING, type State } from '../machine/state.ts'
import { type Decide, transition, wakeAt } from '../machine/transition.ts'
import type { AuthEndpoint } from '../ports/auth-endpoint.ts'
import { whenAborted } from '../ports/when-aborted.ts'
import type { Grant } from '../tokens/grant.ts'
import type { EpochMs, RefreshPolicy } from '../tokens/lifetime.ts'
import { type FlightPorts, fly } from './flight.ts'
import { inTime, type Limits } from './in-time.ts'

export interface Change {
  readonly from: State
  readonly to: State
  readonly event: SessionEvent
}

/** Makes the machine go: one event at a time, its effects right after it, the news after those. */
export interface Runtime {
  state(): State
  dispatch(event: SessionEvent): void
  /**
   * Kept when the state is next neither `loading` nor `refreshing`; one promise for all who wait.
   * Rejects with `disposed`.
   */
  settled(): Promise<void>
  /** Runs `task` while no flight of this page is under way, and lets none take off before it is done. */
  inTurn<T>(task: () => Promise<T>): Promise<T>
  /** Whether the server acknowledged the latest sign-out. */
  revoked(): Promise<boolean>
  /** To be called once `disposed` has aborted. */
  dispose(): void
}

export interface RuntimePorts extends FlightPorts {
  /** Starts to measure how long the refresh takes, or how long the requests have to wait; returns the end of it. */
  measure(what: 'flight' | 'wait'): () => void
  /** Told of a session that ends; returns what is to be done where the server does not acknowledge it. */
  ending(grant: Grant): () => void
}

export function createRuntime(
  ports: RuntimePorts,
  policy: RefreshPolicy,
  changed: (change: Change) => void,
  decide: Decide = transition,
): Runtime {
  let state: State = LOADING
  // Events that arrived while another was being worked on. Only `drain` takes from it.
  const mailbox: SessionEvent[] = []
  let isDraining = false
  // What the page has not been told yet. Only `announce` takes from it, so that the order is kept when
  // a listener makes more happen.
  const news: Change[] = []
  let isAnnouncing = false
  let flight = new AbortController()
  let landing = Promise.resolve()
  let waiting: Deferred | null = null
  let revocation = Promise.resolve(true)
  let alarm: { at: EpochMs; cancel(): void } | null = null

  function dispatch(event: SessionEvent): void {
    if (ports.disposed.aborted) return
    mailbox.push(event)
    if (!isDraining) drain()
  }

  function drain(): void {
    isDraining = true
    for (let event = mailbox.shift(); event !== undefined; event = mailbox.shift()) {
      const from = state
      const step = decide(from, event, ports.clock.now(), policy)
      state = step.state
      for (const effect of step.effects) perform(effect)
      if (state !== from) news.push({ from, to: state, event })
    }
    isDraining = false
    if (waiting !== null && !isUnsettled(state)) {
      waiting.resolve()
      waiting = null
    }
    setAlarm()
    if (!isAnnouncing) announce()
  }

  function announce(): void {
    isAnnouncing = true
    try {
      for (let change = news.shift(); change !== undefined; change = news.shift()) changed(change)
    } finally {
      isAnnouncing = false
    }
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case 'write':
        ports.store.write(effect.grant)
        break
      case 'pause':
        ports.store.pause(effect.grant, effect.backOff)
        break
      case 'erase':
        ports.store.erase(effect.grant, effect.reason)
        break
      case 'refresh':
        takeOff(effect.grant)
        break
      case 'abandon':
        flight.abort()
        break
      case 'revoke':
        revocation = revoke(effect.grant)
    }
  }

  function takeOff(grant: Grant): void {
    flight = new AbortController()
    const isFlying = (spent: Grant) => state.is === 'refreshing' && state.grant === spent
    const { signal } = flight
    const known = ports.store.read()
    // One after the other, so that a lock that is taken is always taken by another tab.
    landing = landing.then(async () => {
      const measured = ports.measure('flight')
      await fly(grant, known, { ports, dispatch, isFlying }, signal)
      measured()
    })
  }

  async function revoke(grant: Grant): Promise<boolean> {
    const unacknowledged = ports.ending(grant)
    const isAcknowledged = await tellOfEnd(ports, grant)
    if (!isAcknowledged) unacknowledged()
    return isAcknowledged
  }

  function setAlarm(): void {
    const at = ports.disposed.aborted ? null : wakeAt(state, policy)
    if (at === (alarm?.at ?? null)) return
    alarm?.cancel()
    alarm = at === null ? null : { at, cancel: ports.clock.wake(at, ring) }
  }

  function ring(): void {
    alarm = null
    // A hidden page was not told what the others did meanwhile.
    const found = ports.store.read()
    if (found !== null) dispatch({ type: 'store-changed', found })
    dispatch({ type: 'token-needed', minValidity: 0 })
  }

  return {
    state: () => state,
    dispatch,
    settled() {
      if (ports.disposed.aborted) return Promise.reject(ports.disposed.reason)
      if (!isUnsettled(state)) return Promise.resolve()
      if (waiting === null) {
        waiting = deferred()
        waiting.promise.then(ports.measure('wait'), () => {})
      }
      return waiting.promise
    },
    inTurn(task) {
      const turn = Promise.race([landing, whenAborted(ports.disposed)]).then(task)
      landing = turn.then(
        () => {},
        () => {},
      )
      return turn
    },
    revoked: () => revocation,
    dispose() {
      state = LOADING
      flight.abort()
      waiting?.reject(ports.disposed.reason)
      setAlarm()
    },
  }
}

/** Tells the server that these tokens are not wanted any more; whether it acknowledged. Never rejects. */
export async function tellOfEnd(
  ports: Limits & { readonly endpoint: AuthEndpoint },
  { accessToken, refreshToken }: Pick<Grant, 'accessToken' | 'refreshToken'>,
): Promise<boolean> {
  try {
    return await inTime(ports, 'The sign-out', signal =>
      ports.endpoint.revoke({ accessToken, refreshToken }, { signal }),
    )
  } catch {
    return false
  }
}

function isUnsettled(state: State): boolean {
  return state.is === 'loading' || state.is === 'refreshing'
}

interface Deferred {
  readonly promise: Promise<void>
  resolve(): void
  reject(reason: unknown): void
}

function deferred(): Deferred {
  let settle: Pick<Deferred, 'resolve' | 'reject'> = { resolve() {}, reject() {} }
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, ...settle }
}
