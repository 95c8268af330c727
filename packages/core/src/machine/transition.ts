import { type BackOff, backOffAfter, pauseEnd } from '../tokens/back-off.ts'
import type { Found } from '../tokens/commit-record.ts'
import { type Grant, sameTokens } from '../tokens/grant.ts'
import { dueAt, type EpochMs, overAt, type RefreshPolicy, tooShortAt } from '../tokens/lifetime.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import type { Effect } from './effect.ts'
import type { SessionEvent } from './event.ts'
import type { State } from './state.ts'

export interface Step {
  readonly state: State
  readonly effects: readonly Effect[]
}

/** What a session does next: {@link transition}, or something in its place. */
export type Decide = typeof transition

type Authenticated = Extract<State, { is: 'authenticated' }>
type Refreshing = Extract<State, { is: 'refreshing' }>
type Holding = Authenticated | Refreshing
type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>

/** A token that was fetched because of a 401, and gets a 401 itself, is not the problem: for so long no refresh follows. */
const REFUSAL_PAUSE = 60_000

/** A token that lives no longer than this is as good as over when it comes: asking again at once would be a loop. */
const TOO_SHORT = 1_000

/**
 * What a session does next: the whole of its behaviour, with no clock, no storage and no promise in
 * it. Every event is answered in every state; a step that changes nothing returns the state it was given.
 */
export function transition(
  state: State,
  event: SessionEvent,
  now: EpochMs,
  policy: RefreshPolicy,
): Step {
  switch (event.type) {
    case 'restored':
      return state.is === 'loading' ? restore(event.found, now, policy) : stay(state)
    case 'signed-in':
      return signIn(state, event.grant)
    case 'signed-out':
      return signOut(state, event.told)
    case 'token-needed':
      return state.is === 'authenticated'
        ? need(state, event.minValidity, now, policy)
        : stay(state)
    case 'refresh-requested':
      return state.is === 'authenticated' && canRefresh(state.grant)
        ? spend(state, 'need')
        : stay(state)
    case 'token-refused':
      return state.is === 'authenticated' ? refuse(state, event.accessToken, now) : stay(state)
    case 'came-online':
      return state.is === 'authenticated' ? retry(state, now, policy) : stay(state)
    case 'refresh-granted':
      return answers(state, event) ? granted(state, event.grant, now) : orphaned(state, event.grant)
    case 'refresh-denied':
      return answers(state, event) ? endAndErase(state, event.reason) : stay(state)
    case 'refresh-unreachable':
      return answers(state, event) ? coolDown(state, event, now) : stay(state)
    case 'store-changed':
      return event.found.is === 'grant' ? meet(state, event.found, now) : vanish(state, event.found)
  }
}

/** The moment at which the session wants to be asked again though nothing happens; `null` for never. */
export function wakeAt(state: State, policy: RefreshPolicy): EpochMs | null {
  if (state.is !== 'authenticated') return null
  const { grant, backOff } = state
  const at = canRefresh(grant)
    ? policy.keepAlive
      ? Math.max(dueAt(grant, policy), backOff?.until ?? 0)
      : Number.POSITIVE_INFINITY
    : overAt(grant, policy)
  return at === Number.POSITIVE_INFINITY ? null : at
}

export function canRefresh(grant: Grant): boolean {
  return grant.refreshToken !== null
}

export function isCooling(state: State, now: EpochMs): boolean {
  return state.is === 'authenticated' && now < pauseEnd(state.backOff, now)
}

function restore(found: Found, now: EpochMs, policy: RefreshPolicy): Step {
  if (found.is === 'nothing') return { state: signedOut('none', null), effects: [] }
  // Somebody opens the page: worth an attempt, unless it was the server that asked for the pause.
  const backOff = found.backOff?.isAsked ? found.backOff : null
  const state: Authenticated = { is: 'authenticated', grant: found.grant, backOff }
  return now >= overAt(found.grant, policy) ? need(state, 0, now, policy) : { state, effects: [] }
}

function signIn(state: State, grant: Grant): Step {
  if (isHolding(state) && sameTokens(state.grant, grant)) return stay(state)
  const next = isHolding(state) ? goOnIfSame(state.grant, grant) : grant
  return {
    state: { is: 'authenticated', grant: next, backOff: null },
    effects: [...abandonIfFlying(state), { do: 'write', grant: next }],
  }
}

/**
 * The server's name for the session may stay (a step-up), or the access token: then the session goes on, with
 * what was left out. Whose access token is the same, and its lifetime no other, has it since it came.
 */
function goOnIfSame(held: Grant, grant: Grant): Grant {
  const isSameToken = grant.accessToken === held.accessToken
  const isSameName = grant.sessionId !== null && grant.sessionId === held.sessionId
  if (!isSameToken && !isSameName) return grant
  const isSameSpan = isSameToken && (grant.lifetime ?? held.lifetime) === held.lifetime
  const { receivedAt, lifetime } = isSameSpan ? held : grant
  return {
    ...grant,
    receivedAt,
    lifetime,
    sessionId: grant.sessionId ?? held.sessionId,
    refreshToken: grant.refreshToken ?? held.refreshToken,
    user: grant.user ?? held.user,
    identity: held.identity,
    revision: held.revision + 1,
  }
}

function signOut(state: State, told: boolean): Step {
  if (!isHolding(state)) return stay(state)
  const { state: next, effects } = endAndErase(state, 'logout')
  const revoke: Effect[] = told ? [] : [{ do: 'revoke', grant: state.grant }]
  return { state: next, effects: [...abandonIfFlying(state), ...effects, ...revoke] }
}

function need(
  state: Authenticated,
  minValidity: number,
  now: EpochMs,
  policy: RefreshPolicy,
): Step {
  const { grant } = state
  if (canRefresh(grant)) {
    const from = Math.min(dueAt(grant, policy), tooShortAt(grant, policy, minValidity))
    return now < from || isCooling(state, now) ? stay(state) : spend(state, 'need')
  }
  return now < overAt(grant, policy) ? stay(state) : endAndErase(state, 'expired')
}

function refuse(state: Authenticated, accessToken: string, now: EpochMs): Step {
  const { grant } = state
  const isCurrent = grant.accessToken === accessToken
  const isAboutTheResource = grant.afterRefusal && now < grant.receivedAt + REFUSAL_PAUSE
  if (!isCurrent || isAboutTheResource || !canRefresh(grant) || isCooling(state, now))
    return stay(state)
  return spend(state, 'refusal')
}

function retry(state: Authenticated, now: EpochMs, policy: RefreshPolicy): Step {
  const { grant, backOff } = state
  if (backOff === null || backOff.isAsked) return stay(state)
  const next: Authenticated = { ...state, backOff: null }
  return now >= dueAt(grant, policy) ? spend(next, 'need') : { state: next, effects: [] }
}

function spend({ grant, backOff }: Authenticated, because: Refreshing['because']): Step {
  return {
    state: { is: 'refreshing', grant, backOff, because },
    effects: [{ do: 'refresh', grant }],
  }
}

function granted(state: Refreshing, next: Grant, now: EpochMs): Step {
  const grant = { ...next, afterRefusal: state.because === 'refusal' }
  const write: Effect = { do: 'write', grant }
  if (grant.lifetime === null || grant.lifetime > TOO_SHORT)
    return { state: { is: 'authenticated', grant, backOff: null }, effects: [write] }
  const backOff = backOffAfter(state.backOff, now, null, 1)
  return {
    state: { is: 'authenticated', grant, backOff },
    effects: [write, { do: 'pause', grant, backOff }],
  }
}

/** Tokens that nobody asks for any more. Those of the session that goes on are alive: they are left alone. */
function orphaned(state: State, grant: Grant): Step {
  if (isHolding(state) && state.grant.identity === grant.identity) return stay(state)
  return { state, effects: [{ do: 'revoke', grant }] }
}

function coolDown(
  state: Refreshing,
  { retryAfter, jitter, backOff: shared }: EventOf<'refresh-unreachable'>,
  now: EpochMs,
): Step {
  const { grant } = state
  if (shared !== null)
    return { state: { is: 'authenticated', grant, backOff: shared }, effects: [] }
  const backOff = backOffAfter(state.backOff, now, retryAfter, jitter)
  return {
    state: { is: 'authenticated', grant, backOff },
    effects: [{ do: 'pause', grant, backOff }],
  }
}

/** Storage holds tokens: ours, newer ones of our session, or another session's. */
function meet(
  state: State,
  { grant, backOff }: Extract<Found, { is: 'grant' }>,
  now: EpochMs,
): Step {
  if (state.is === 'unauthenticated' && state.ended === grant.identity)
    return { state, effects: [{ do: 'erase', grant, reason: state.reason }] }
  if (isHolding(state)) {
    if (sameTokens(state.grant, grant)) return share(state, grant, backOff, now)
    // A read may lag behind what this tab knows (Chromium caches localStorage per process).
    const isOlder = grant.identity === state.grant.identity && grant.revision < state.grant.revision
    if (isOlder && grant.revision > 0) return stay(state)
  }
  return { state: { is: 'authenticated', grant, backOff }, effects: abandonIfFlying(state) }
}

/**
 * Another tab met the same server: a pause that it began is everybody's. So is the end of one, where its
 * refresh went through and yet left this tab the token it has (each has its own then).
 */
function share(state: Holding, { revision }: Grant, backOff: BackOff | null, now: EpochMs): Step {
  const [theirs, ours] = [pauseEnd(backOff, now), pauseEnd(state.backOff, now)]
  // As long, but by the server's wish: then it is minded by hints, too.
  const isAskedNow = theirs === ours && backOff?.isAsked === true && !state.backOff?.isAsked
  const isStricter = theirs > ours || isAskedNow
  // The flight goes on, and is known by the very object that it spends.
  if (state.is === 'refreshing')
    return isStricter ? { state: { ...state, backOff }, effects: [] } : stay(state)
  const isOver = backOff === null && state.backOff !== null && revision > state.grant.revision
  if (!isStricter && !isOver) return stay(state)
  return { state: { ...state, grant: { ...state.grant, revision }, backOff }, effects: [] }
}

/** Storage holds no tokens. */
function vanish(state: State, { ended }: Extract<Found, { is: 'nothing' }>): Step {
  if (state.is === 'loading') return { state: signedOut('none', null), effects: [] }
  if (state.is === 'unauthenticated') return stay(state)
  const { identity } = state.grant
  const next =
    ended?.identity === identity
      ? signedOut(elsewhere(ended.reason), identity)
      : // Nobody said that this very session is over: if its tokens come back, it goes on.
        signedOut(ended === null ? 'storage-cleared' : 'replaced', null)
  return { state: next, effects: abandonIfFlying(state) }
}

function endAndErase({ grant }: Holding, reason: SignOutReason): Step {
  return {
    state: signedOut(reason, grant.identity),
    effects: [{ do: 'erase', grant, reason }],
  }
}

function signedOut(reason: SignOutReason, ended: string | null): State {
  return { is: 'unauthenticated', reason, ended }
}

function elsewhere(reason: SignOutReason): SignOutReason {
  return reason === 'logout' ? 'logout-elsewhere' : reason
}

function abandonIfFlying(state: State): Effect[] {
  return state.is === 'refreshing' ? [{ do: 'abandon' }] : []
}

function isHolding(state: State): state is Holding {
  return state.is === 'authenticated' || state.is === 'refreshing'
}

function answers(state: State, event: { readonly spent: Grant }): state is Refreshing {
  return state.is === 'refreshing' && state.grant === event.spent
}

function stay(state: State): Step {
  return { state, effects: [] }
}
