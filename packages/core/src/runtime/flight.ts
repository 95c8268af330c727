import type { SessionEvent } from '../machine/event.ts'
import type { AuthEndpoint, RefreshAnswer } from '../ports/auth-endpoint.ts'
import { type Clock, deadline, pause } from '../ports/clock.ts'
import type { Lock } from '../ports/lock.ts'
import type { TokenStore } from '../ports/token-store.ts'
import type { BackOff } from '../tokens/back-off.ts'
import type { Found } from '../tokens/commit-record.ts'
import { type Grant, renewGrant } from '../tokens/grant.ts'

export interface FlightPorts {
  readonly clock: Clock
  readonly store: TokenStore
  readonly lock: Lock
  readonly endpoint: AuthEndpoint
  readonly refreshTimeout: number
  /** A number in [0, 1). */
  random(): number
}

export interface FlightDeck {
  readonly ports: FlightPorts
  /** Tells the machine. Its effects are carried out when this returns. */
  dispatch(event: SessionEvent): void
  /** Whether the machine still waits for an answer about `spent`. */
  isFlying(spent: Grant): boolean
}

/**
 * Chromium may show the next holder of a lock a localStorage that is a few milliseconds old. Measured
 * over 500 locked increments in 5 tabs: 29 % were lost when the writer let go at once, none after 10 ms.
 */
const SETTLE = 15

/** A server that rotates gives the same successor to a question that is repeated within its grace. */
const BEFORE_RETRY = 300

/**
 * One refresh, the only thing done under the cross-tab lock: take the lock, read storage again (another
 * tab was faster: no request), ask, read storage again (signed out or replaced meanwhile), tell the
 * machine, which commits or discards. Settles when the lock is given back; never rejects.
 */
export async function fly(spent: Grant, deck: FlightDeck, abandoned: AbortSignal): Promise<void> {
  const { ports, dispatch } = deck
  const pauseBefore = pauseIn(ports.store.read())
  try {
    await ports.lock.hold(
      lost =>
        Promise.race([spend(spent, pauseBefore, deck, lost), whenAborted(abandoned)]).then(
          () => {},
        ),
      { signal: abandoned },
    )
  } catch (cause) {
    dispatch(unreachable(spent, ports, { cause }))
  }
}

async function spend(
  spent: Grant,
  pauseBefore: BackOff | null,
  deck: FlightDeck,
  lost: AbortSignal,
): Promise<void> {
  const { ports, dispatch, isFlying } = deck
  const readAgain = () => {
    const found = ports.store.read()
    if (found !== null) dispatch({ type: 'store-changed', found })
    return found
  }

  const backOff = pauseIn(readAgain())
  if (!isFlying(spent)) return
  if (backOff !== null && backOff.until > (pauseBefore?.until ?? 0)) {
    // While this tab waited for the lock, another one tried and got no verdict.
    return dispatch(unreachable(spent, ports, { backOff }))
  }

  const answer = await ask(spent, ports)
  // Bad news is believed, and a lock that was lost is made up for, only after storage had time to show
  // the whole of what another tab has committed. A page that is being left does not live to the end of
  // this pause: that its request was cut off says nothing about the server.
  if (answer.is !== 'granted' || lost.aborted) await pause(ports.clock, SETTLE)
  for (let tries = 0; readAgain() === null && tries < 4; tries++) await pause(ports.clock, SETTLE)
  dispatch(eventFor(answer, spent, ports))
  await pause(ports.clock, SETTLE)
}

/** Asks once, and once more where the answer was lost on its way; both within the one deadline. */
async function ask(spent: Grant, ports: FlightPorts): Promise<RefreshAnswer> {
  const { clock, refreshTimeout } = ports
  const limit = deadline(clock, refreshTimeout, 'The refresh')
  try {
    const answer = await askOnce(spent, ports, limit.signal)
    if (answer.is !== 'lost' || limit.signal.aborted) return answer
    await Promise.race([pause(clock, BEFORE_RETRY), whenAborted(limit.signal)])
    return await askOnce(spent, ports, limit.signal)
  } finally {
    limit.clear()
  }
}

async function askOnce(
  { refreshToken }: Grant,
  { endpoint }: FlightPorts,
  signal: AbortSignal,
): Promise<RefreshAnswer> {
  try {
    return await Promise.race([
      endpoint.refresh(refreshToken ?? '', { signal }),
      whenAborted(signal).then((): RefreshAnswer => ({ is: 'lost', cause: signal.reason })),
    ])
  } catch (cause) {
    return { is: 'lost', cause }
  }
}

function eventFor(answer: RefreshAnswer, spent: Grant, ports: FlightPorts): SessionEvent {
  switch (answer.is) {
    case 'granted':
      return {
        type: 'refresh-granted',
        spent,
        grant: renewGrant(spent, answer.tokens, ports.clock.now()),
      }
    case 'denied':
      return { type: 'refresh-denied', spent, reason: answer.reason }
    case 'unreachable':
    case 'lost':
      return unreachable(spent, ports, answer)
  }
}

function unreachable(
  spent: Grant,
  ports: FlightPorts,
  what: { retryAfter?: number | null; backOff?: BackOff; cause?: unknown },
): SessionEvent {
  const { retryAfter = null, backOff = null, cause = null } = what
  return { type: 'refresh-unreachable', spent, retryAfter, backOff, cause, jitter: ports.random() }
}

function pauseIn(found: Found | null): BackOff | null {
  return found?.is === 'grant' ? found.backOff : null
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise(done => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
}
