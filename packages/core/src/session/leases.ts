import { SessionError, signedOut } from '../errors.ts'
import type { Lease, TokenSource } from '../http/token-source.ts'
import { heldAccessToken, heldGrant, type State } from '../machine/state.ts'
import { canRefresh } from '../machine/transition.ts'
import type { Clock } from '../ports/clock.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Grant } from '../tokens/grant.ts'
import { dueAt, type EpochMs, overAt, type RefreshPolicy, tooShortAt } from '../tokens/lifetime.ts'
import type { Queue } from './queue.ts'

export interface LeaseDesk extends Pick<TokenSource, 'lease' | 'held' | 'renew'> {
  /** A lease whose token has at least `minValidity` milliseconds to live. */
  leaseFor(minValidity: number, signal?: AbortSignal | null): Lease | null | Promise<Lease | null>
  /** Fetches a newer token, whatever the age of the one at hand. */
  force(signal?: AbortSignal | null): Promise<void>
  /** Another lease of the session that `lease` is of: whatever token is good by now. */
  again(lease: Lease, signal?: AbortSignal | null): Promise<Lease | null>
  /** Whether the session that the lease is of is the one that is here. */
  isCurrent(lease: Lease): boolean
  /** From now on leases are told from those that were given out before, though the token may stay the same. */
  startRound(): void
  /** Whether the lease was given out in a round before this one. */
  isOfEarlierRound(lease: Lease): boolean
}

/** Which session a lease is of, and in which round it was given out; adapters see no more of it than the token. */
interface OwnedLease extends Lease {
  readonly identity: string
  readonly round: number
}

/**
 * Gives tokens out. A request that waits belongs to the session it was made in: it gets a token of that
 * session or an error, never another session's token. `knowledge` is what the page
 * knows of storage: in doubt it is read again before anything is given out.
 */
export function createLeaseDesk(
  runtime: Runtime,
  clock: Clock,
  policy: RefreshPolicy,
  queue: Queue,
  knowledge: { isDoubtful(): boolean; refresh(): void; lastFailure(): unknown },
): LeaseDesk {
  // The lease of the current state and the moment until which it needs no second look.
  let latest: { state: State; lease: OwnedLease; until: EpochMs } | null = null
  let round = 0

  function lease(signal?: AbortSignal | null): Lease | null | Promise<Lease | null> {
    const isGood =
      latest !== null &&
      latest.state === runtime.state() &&
      !knowledge.isDoubtful() &&
      clock.now() < latest.until
    return isGood && latest !== null ? latest.lease : leaseFor(0, signal)
  }

  function leaseFor(minValidity: number, signal?: AbortSignal | null) {
    if (signal?.aborted) return Promise.reject(signal.reason)
    // Before storage is read again: what the page shows is what the request was made for.
    const identity = heldGrant(runtime.state())?.identity ?? null
    knowledge.refresh()
    runtime.dispatch({ type: 'token-needed', minValidity })
    const state = runtime.state()
    if (state.is === 'unauthenticated') return null
    const isSame = identity === null || identity === heldGrant(state)?.identity
    return (isSame && usable(state, minValidity)) || waitForLease(minValidity, signal, identity)
  }

  async function waitForLease(
    minValidity: number,
    signal: AbortSignal | null | undefined,
    identity: string | null = null,
  ): Promise<Lease | null> {
    for (;;) {
      const state = runtime.state()
      if (state.is === 'unauthenticated' && identity === null) return null
      identity = assertSame(state, identity)
      const ready = usable(state, minValidity)
      if (ready !== null) return ready
      if (state.is === 'authenticated') {
        runtime.dispatch({ type: 'token-needed', minValidity })
        if (runtime.state() === state) throw unreachable(state.backOff?.until)
      }
      await settled(signal)
    }
  }

  function held(): Lease | null {
    const state = runtime.state()
    const grant = heldGrant(state)
    const isRefused = state.is === 'refreshing' && state.because === 'refusal'
    return grant === null || grant.accessToken === null || isRefused ? null : leaseOf(state, grant)
  }

  function isCurrent(lease: Lease): boolean {
    return heldGrant(runtime.state())?.identity === ownedBy(lease).identity
  }

  async function renew(refused: Lease, signal?: AbortSignal | null): Promise<Lease | null> {
    const { identity, accessToken } = ownedBy(refused)
    knowledge.refresh()
    if (!isCurrent(refused)) return null
    runtime.dispatch({ type: 'token-refused', accessToken })
    return newerThan({ identity, accessToken }, signal)
  }

  async function force(signal?: AbortSignal | null): Promise<void> {
    signal?.throwIfAborted()
    knowledge.refresh()
    if (runtime.state().is === 'loading') await settled(signal)
    const grant = heldGrant(runtime.state())
    if (grant === null) throw signedOut()
    runtime.dispatch({ type: 'refresh-requested' })
    if ((await newerThan(grant, signal)) === null)
      throw new SessionError(
        'rejected',
        'The session has no refresh token to get a new access token with.',
      )
  }

  /** The lease that follows once no refresh is under way; `null` where it is still the same token. */
  async function newerThan(
    { identity, accessToken }: Pick<Grant, 'identity' | 'accessToken'>,
    signal?: AbortSignal | null,
  ): Promise<Lease | null> {
    while (runtime.state().is === 'refreshing') await settled(signal)
    const state = runtime.state()
    assertSame(state, identity)
    if (heldAccessToken(state) !== accessToken) return waitForLease(0, signal, identity)
    if (state.is === 'authenticated' && state.backOff !== null)
      throw unreachable(state.backOff.until)
    return null
  }

  function usable(state: State, minValidity: number): OwnedLease | null {
    if (state.is !== 'authenticated' && state.is !== 'refreshing') return null
    if (state.is === 'refreshing' && state.because === 'refusal') return null
    const { grant } = state
    if (grant.accessToken === null || clock.now() >= tooShortAt(grant, policy, minValidity))
      return null
    return leaseOf(state, grant)
  }

  function leaseOf(state: State, grant: Grant): OwnedLease {
    if (latest?.state !== state) {
      const { identity, accessToken } = grant
      const lease =
        latest?.lease.accessToken === accessToken && latest.lease.identity === identity
          ? latest.lease
          : { identity, accessToken: accessToken ?? '', round }
      latest = { state, lease, until: secondLookAt(state, grant) }
    }
    return latest.lease
  }

  /** Until then nothing about the token can change without a change of state. */
  function secondLookAt(state: State, grant: Grant): EpochMs {
    if (state.is !== 'authenticated' || !canRefresh(grant)) return overAt(grant, policy)
    const due = Math.max(dueAt(grant, policy), state.backOff?.until ?? 0)
    return Math.min(due, overAt(grant, policy))
  }

  function settled(signal?: AbortSignal | null): Promise<void> {
    return queue.wait(runtime.settled(), signal)
  }

  function unreachable(until: EpochMs = clock.now()): SessionError {
    return new SessionError(
      'unreachable',
      'The access token is over and no newer one could be had for now; the session goes on, try again later.',
      {
        cause: knowledge.lastFailure(),
        retryAfter: Math.max(0, until - clock.now()),
      },
    )
  }

  return {
    lease,
    leaseFor,
    held,
    renew,
    force,
    again: (lease, signal) => waitForLease(0, signal, ownedBy(lease).identity),
    isCurrent,
    startRound() {
      round += 1
      latest = null
    },
    isOfEarlierRound: lease => ownedBy(lease).round < round,
  }
}

function ownedBy(lease: Lease): OwnedLease {
  // Only the desk makes leases, so each one that comes back is one of its own.
  return lease as OwnedLease
}

/** The identity in `state`, which has to be the one the caller started with. */
function assertSame(state: State, identity: string | null): string | null {
  if (state.is === 'unauthenticated')
    throw new SessionError(
      'session-ended',
      `The session ended while the request waited (${state.reason}).`,
    )
  const current = heldGrant(state)?.identity ?? null
  if (identity !== null && current !== identity)
    throw new SessionError(
      'session-changed',
      'Another session took the place of the one this request was made in; it was not sent.',
    )
  return current
}
