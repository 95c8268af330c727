import type { SessionEvent } from '../machine/event.ts'
import type { AuthEndpoint, RefreshAnswer } from '../ports/auth-endpoint.ts'
import { pause } from '../ports/clock.ts'
import type { Held, Lock } from '../ports/lock.ts'
import type { TokenStore } from '../ports/token-store.ts'
import { whenAborted } from '../ports/when-aborted.ts'
import type { BackOff } from '../tokens/back-off.ts'
import type { Found } from '../tokens/commit-record.ts'
import { type Grant, renewGrant } from '../tokens/grant.ts'
import { parseTokenResponse } from '../tokens/token-response.ts'
import { inTime, type Limits } from './in-time.ts'

export interface FlightPorts extends Limits {
  readonly store: TokenStore
  readonly lock: Lock
  readonly endpoint: AuthEndpoint
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
 * over 500 locked increments in 5 tabs: 29 % were lost when the writer let go at once, none after 10 ms
 * on an idle machine. Nobody waits for the end of it but a refresh that would start within this time.
 */
const LINGER = 100

/** Between two looks at storage that something is expected of. */
const SETTLE = 15

/**
 * Whoever had the lock before us left something in storage, whatever his refresh came to: new tokens, a
 * sign-out or a pause. So long we wait to see it; it takes longer only if he was closed in the middle.
 */
const OUTCOME = 500

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
      held =>
        Promise.race([
          spend(spent, pauseBefore, deck, held),
          // The next holder has to see why: it would spend the same token otherwise.
          whenAborted(abandoned).catch(() => pause(ports.clock, LINGER)),
        ]),
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
  { lost, wasTaken }: Held,
): Promise<void> {
  const { ports, dispatch, isFlying } = deck
  // Half of another tab's commit says nothing: what is read again has to be whole.
  const readAgain = async () => {
    let found = ports.store.read()
    for (let tries = 0; found === null && tries < 4; tries++) {
      await pause(ports.clock, SETTLE)
      found = ports.store.read()
    }
    if (found !== null) dispatch({ type: 'store-changed', found })
    return found
  }

  const newPause = async () => {
    const backOff = pauseIn(await readAgain())
    return backOff?.until === pauseBefore?.until ? null : backOff
  }

  let backOff = await newPause()
  // Counted, not timed: a device that slept in the middle of it has not waited.
  for (let waited = 0; waited < OUTCOME; waited += SETTLE) {
    if (!wasTaken || !isFlying(spent) || backOff !== null) break
    await pause(ports.clock, SETTLE)
    backOff = await newPause()
  }
  if (!isFlying(spent)) return
  // While this tab waited for the lock, another one tried and got no verdict.
  if (backOff !== null) return dispatch(unreachable(spent, ports, { backOff }))

  const answer = await ask(spent, deck)
  // Bad news is believed, and a lock that was lost is made up for, only after storage had time to show
  // the whole of what another tab has committed. A page that is being left does not live to the end of
  // this pause: that its request was cut off says nothing about the server.
  if (answer.is !== 'granted' || lost.aborted) await pause(ports.clock, SETTLE)
  await readAgain()
  dispatch(eventFor(answer, spent, ports))
  await pause(ports.clock, LINGER)
}

/** Asks once, and once more where the answer was lost on its way; both within the one deadline. */
async function ask(spent: Grant, { ports, isFlying }: FlightDeck): Promise<RefreshAnswer> {
  const { clock, endpoint } = ports
  const askOnce = async (signal: AbortSignal): Promise<RefreshAnswer> => {
    try {
      return checked(await endpoint.refresh(spent.refreshToken ?? '', { signal }))
    } catch (cause) {
      return { is: 'lost', cause }
    }
  }
  try {
    return await inTime(ports, 'The refresh', async signal => {
      const answer = await askOnce(signal)
      if (answer.is !== 'lost') return answer
      await pause(clock, BEFORE_RETRY)
      return signal.aborted || !isFlying(spent) ? answer : askOnce(signal)
    })
  } catch (cause) {
    return { is: 'lost', cause }
  }
}

/** Not every endpoint is one of ours: tokens are looked at once more before they are kept. */
function checked(answer: RefreshAnswer): RefreshAnswer {
  if (answer.is !== 'granted' || parseTokenResponse(answer.tokens) !== null) return answer
  const cause = new TypeError('The endpoint granted a refresh without a usable access token.')
  return { is: 'unreachable', retryAfter: null, cause }
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
