import type { SessionEvent } from '../machine/event.ts'
import type { AuthEndpoint, RefreshAnswer } from '../ports/auth-endpoint.ts'
import { pause, pauseAtMost } from '../ports/clock.ts'
import type { Held, Lock } from '../ports/lock.ts'
import { HALF_SEEN, type TokenStore } from '../ports/token-store.ts'
import { whenAborted } from '../ports/when-aborted.ts'
import { type BackOff, pauseEnd } from '../tokens/back-off.ts'
import type { Found } from '../tokens/commit-record.ts'
import { type Grant, renewGrant } from '../tokens/grant.ts'
import type { EpochMs } from '../tokens/lifetime.ts'
import { isSignOutReason } from '../tokens/sign-out-reason.ts'
import { parseTokenResponse } from '../tokens/token-response.ts'
import { inTime, type Limits } from './in-time.ts'

export interface FlightPorts extends Limits {
  readonly store: TokenStore
  readonly lock: Lock
  readonly endpoint: AuthEndpoint
  /** A number in [0, 1). */
  random(): number
  /** When another tab last said that it had changed storage. */
  toldAt(): EpochMs
}

export interface FlightDeck {
  readonly ports: FlightPorts
  /** Tells the machine. Its effects are carried out when this returns. */
  dispatch(event: SessionEvent): void
  /** Whether the machine still waits for an answer about `spent`. */
  isFlying(spent: Grant): boolean
}

/** So long the lock is kept after an end without new tokens: whoever does not see it asks in vain. */
const LINGER = 100

/** Between two looks at storage that something is expected of. */
const SETTLE = 15

/** A look that came later than this (a busy machine, a device that slept) counts as no later. */
const LATE = HALF_SEEN / 4

/**
 * Whoever had the lock before us left something in storage, whatever his refresh came to: new tokens, a
 * sign-out or a pause. So long we wait to see it; it takes longer only if he was closed in the middle.
 * And so long the lock is kept after a commit, so that whoever finds it free sees the new tokens: Chromium
 * may show the next holder a localStorage that is older. Measured over 500 locked increments in 5 tabs on
 * an idle machine: 29 % were lost when the writer let go at once, none after 10 ms. Nobody waits for the
 * end of it but a refresh that would start within this time.
 */
const OUTCOME = 500

/** A server that rotates gives the same successor to a question that is repeated within its grace. */
const BEFORE_RETRY = 300

/**
 * One refresh, the only thing done under the cross-tab lock: take the lock, read storage again (another
 * tab was faster: no request), ask, read storage again (signed out or replaced meanwhile), tell the
 * machine, which commits or discards. `known` is what was stored when the refresh was decided on: a pause
 * that is there by then was not minded, one that is noted later is. Settles when the lock is given back;
 * never rejects.
 */
export async function fly(
  spent: Grant,
  known: Found | null,
  deck: FlightDeck,
  abandoned: AbortSignal,
): Promise<void> {
  const { ports, dispatch } = deck
  const pauseBefore = pauseIn(known)
  try {
    let isDone = false
    // Passed over while it was frozen: it queues again, behind the tab that took its place.
    while (!isDone)
      isDone = await ports.lock.hold(
        held => {
          const spending = spend(spent, pauseBefore, deck, held)
          // Its answer has a cookie, wanted or not: until that is there, nobody else may get one.
          if (isEachItsOwn(ports)) return spending
          // The next holder has to see why: it would spend the same token otherwise.
          const lingering = () => pause(ports.clock, LINGER).then(() => true)
          return Promise.race([spending, whenAborted(abandoned).catch(lingering)])
        },
        { signal: abandoned },
      )
  } catch (cause) {
    dispatch(unreachable(spent, ports, { cause }))
  }
}

/** Whether it was done: not where the lock was lost before anything could be asked. */
async function spend(
  spent: Grant,
  pauseBefore: BackOff | null,
  deck: FlightDeck,
  { lost, wasTaken }: Held,
): Promise<boolean> {
  const { ports, dispatch, isFlying } = deck
  // Half of another tab's commit says nothing: what is read again has to be whole.
  const readAgain = async () => {
    let found = ports.store.read()
    // The last of these pauses begins after the store is due to believe what it sees, so that its alarm
    // rings first, however late all of them ring.
    for (let waited = 0; found === null && waited <= HALF_SEEN + LATE; ) {
      waited += await pauseAtMost(ports.clock, SETTLE, LATE)
      found = ports.store.read()
    }
    if (found !== null) dispatch({ type: 'store-changed', found })
    return found
  }

  const newPause = async () => {
    const backOff = pauseIn(await readAgain())
    const isNews = backOff?.since !== pauseBefore?.since
    return isNews && pauseEnd(backOff, ports.clock.now()) > ports.clock.now() ? backOff : null
  }
  // No other tab's token has to be waited for then, only until it can be seen whose cookie it is by now.
  const patience = isEachItsOwn(ports) ? SETTLE : OUTCOME

  const settled = () => inTime(ports, 'Storage', ports.store.settled).catch(() => {})

  await settled()
  let backOff = await newPause()
  // Who is gone right after it let the others know holds no lock any more.
  const isNewsDue = wasTaken || ports.clock.now() < ports.toldAt() + OUTCOME
  for (let waited = 0; isNewsDue && waited < patience; ) {
    if (!isFlying(spent) || backOff !== null) break
    waited += await pauseAtMost(ports.clock, SETTLE, OUTCOME / 2)
    backOff = await newPause()
  }
  if (!isFlying(spent)) return true
  if (backOff !== null) {
    // While this tab waited for the lock, another one tried and got no verdict.
    dispatch(unreachable(spent, ports, { backOff }))
    return true
  }
  if (lost.aborted) return false

  const answer = await ask(spent, deck)
  // Bad news is believed, and a lock that was lost is made up for, only after storage had time to show
  // the whole of what another tab has committed. A page that is being left does not live to the end of
  // this pause: that its request was cut off says nothing about the server.
  if (answer.is !== 'granted' || lost.aborted) await pause(ports.clock, SETTLE)
  await readAgain()
  dispatch(eventFor(answer, spent, ports))
  await settled()
  const isCommit = answer.is === 'granted'
  if (!isCommit || !isEachItsOwn(ports)) await pause(ports.clock, isCommit ? OUTCOME : LINGER)
  return true
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
      const isEnough = () => answer.is !== 'lost' || signal.aborted || !isFlying(spent)
      if (isEnough()) return answer
      await pause(clock, BEFORE_RETRY)
      return isEnough() ? answer : askOnce(signal)
    })
  } catch (cause) {
    return { is: 'lost', cause }
  }
}

/** Not every endpoint is one of ours: its answer is looked at once more before anything is done about it. */
function checked(answer: RefreshAnswer): RefreshAnswer {
  switch (answer.is) {
    case 'unreachable':
    case 'lost':
      return answer
    case 'denied':
      return isSignOutReason(answer.reason) ? answer : { is: 'denied', reason: 'revoked' }
    case 'granted': {
      const tokens = parseTokenResponse(answer.tokens)
      if (tokens !== null) return { is: 'granted', tokens }
    }
  }
  const cause = new TypeError(
    'The endpoint has to answer a refresh as granted (with a usable access token), denied, unreachable or lost.',
  )
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

/** Whether each tab fetches a token of its own, with the one cookie that all have. */
function isEachItsOwn({ endpoint }: FlightPorts): boolean {
  return endpoint.withoutTokens !== undefined
}

function pauseIn(found: Found | null): BackOff | null {
  return found?.is === 'grant' ? found.backOff : null
}
