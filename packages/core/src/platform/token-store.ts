import type { Clock } from '../ports/clock.ts'
import type { TokenArea } from '../ports/token-area.ts'
import { HALF_SEEN, type TokenStore } from '../ports/token-store.ts'
import type { BackOff } from '../tokens/back-off.ts'
import {
  type CommitStrings,
  describeGrant,
  type Found,
  readStored,
  remainsOf,
  sessionIn,
} from '../tokens/commit-record.ts'
import {
  describeEnding,
  type Ending,
  type EndingRecord,
  readEnding,
} from '../tokens/ending-record.ts'
import { type Grant, sameTokens } from '../tokens/grant.ts'
import { describePause } from '../tokens/pause-record.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import { attempt, type CommitArea, type CommitKeys, commitArea } from './commit-area.ts'
import { createPatience } from './patience.ts'
import { createSuccession, LOOK_AGAIN } from './succession.ts'
import { type Claim, createTabClaim } from './tab-claim.ts'
import { memoryArea } from './token-area.ts'

export interface TokenStoreOptions {
  readonly keys: CommitKeys
  readonly local: TokenArea
  readonly tab: TokenArea
  readonly clock: Clock
  readonly claim: Claim
  /** Aborts when nothing is to ring any more. */
  readonly disposed: AbortSignal
  /** Told when storage should be read once more. */
  changed(): void
  /** Told after each write or erasure, so that other tabs can be. */
  published(): void
  /** Told of what was survived. */
  warn(code: 'storage-refused' | 'copied-tab', message: string, cause: unknown): void
}

/**
 * Three keys and a record in one area, written so that the record comes last. At most one of memory,
 * tab and local storage holds the session; a place that refuses a write is emptied, so that no stale
 * token stays readable in it, and memory takes over. Local storage is everybody's: a session that this
 * tab never held is left alone there, whatever becomes of this tab's own.
 */
export function createTokenStore(options: TokenStoreOptions): TokenStore {
  const { keys, clock, disposed, warn, published } = options
  const torn = createPatience(clock, HALF_SEEN, disposed, options.changed)
  const late = createPatience(clock, LOOK_AGAIN, disposed, options.changed)
  const strange = createPatience(clock, HALF_SEEN, disposed, options.changed)
  const memory = commitArea('memory', memoryArea(), keys)
  const tab = commitArea('tab', options.tab, keys)
  const local = commitArea('local', options.local, keys)
  // Looked at in this order; the first that holds a session is the one in use.
  const places = [memory, tab, local] as const
  let preferred = local
  let current = local
  // Only memory has it where the app keeps its user out of storage.
  let userInMemory: Pick<Grant, 'identity' | 'user'> | null = null
  let isFirstRead = true
  // The session that this tab holds, as it was read or written last.
  let latest: Grant | null = null
  const succession = createSuccession(clock, disposed, options.changed)
  // The session that all other tabs were in when the one for this tab only ended. Whoever signs out here
  // does not expect to be somebody else the next moment: a page that opens takes it up, this one does not.
  let declined: string | null = null
  const claim = createTabClaim(options.claim, giveUpCopy)

  function read(): Found | null {
    const ending = endingNow()
    const all = places.map(place => readFrom(place, ending))
    const index = all.findIndex(found => found?.is === 'grant' && found.grant.identity !== declined)
    const found = all[index]
    const isFirst = isFirstRead
    isFirstRead = false

    if (found?.is !== 'grant') {
      torn.end()
      return readNothing(all, ending)
    }
    if (isTorn(found.grant, isFirst)) return null
    if (isInsistedOn(latest, found.grant)) return putBack(latest)
    current = places[index] ?? local
    if (current !== memory) preferred = current
    const whole = withUser(found)
    keep(whole.grant)
    return whole
  }

  function readNothing(all: readonly (Found | null)[], ending: EndingRecord | null): Found | null {
    const isKnown = all[places.indexOf(preferred)] !== null
    if (!isKnown) return null
    const ended = all.flatMap(found => (found?.is === 'nothing' && found.ended) || [])[0] ?? null
    // Somebody signed out who did not see yet that another session had followed: that one goes on.
    if (ended !== null && isInsistedOn(latest, ended)) return putBack(latest)
    // A tab that just opened, or was frozen, does not know that session: those who do put ours back.
    if (ended !== null && succession.isStrange(ended.identity) && !strange.isOver(ended.identity))
      return null
    if (ending !== null) clearAfter(ending)
    forget(ended?.identity)
    return { is: 'nothing', ended }
  }

  /**
   * No copy that only this tab has outlives the session. Nor does the commit of a tab that saw its end too
   * late, once it is certain that nobody is signing in over it. What else lies in local storage is just
   * being erased by whoever ended it.
   */
  function clearAfter(ending: EndingRecord): void {
    for (const place of places) {
      const strings = place.read()
      const remains = strings === null ? 'none' : remainsOf(ending, strings, clock.now())
      if (place !== local && remains !== 'none') place.empty()
      if (place !== local) continue
      if (remains !== 'later') late.end()
      else if (late.isOver(ending.identity)) place.empty()
    }
  }

  /** Not on tokens of unknown age: they may be what was seen of the other's commit. */
  function isInsistedOn(mine: Grant | null, { identity }: Pick<Grant, 'identity'>): mine is Grant {
    return mine !== null && mine.revision > 0 && succession.isCrossing(identity)
  }

  /** As at its sign-in: over whatever is there. */
  function putBack(grant: Grant): Found {
    latest = null
    succession.insist()
    write(grant, true)
    return { is: 'grant', grant, backOff: null }
  }

  function keep(grant: Grant): void {
    if (latest?.identity !== grant.identity) claim.release()
    succession.follow(grant.identity)
    latest = grant
    if (current !== tab) claim.release()
    else if (grant.refreshToken !== null) claim.hold(grant.identity)
  }

  /** This tab goes on for as long as its access token lives. */
  function giveUpCopy(): void {
    if (latest === null) return
    const strings = describeGrant({ ...latest, refreshToken: null })
    try {
      tab.put(strings)
    } catch (cause) {
      tab.empty()
      retreat(cause, strings)
    }
    warn(
      'copied-tab',
      'This tab is a copy of one that has the session: it is signed out when its access token ends.',
      null,
    )
    options.changed()
  }

  function forget(ended?: string): void {
    succession.leave(ended)
    latest = null
    claim.release()
  }

  /** What was there before this tab was is nobody's half-finished write. */
  function isTorn(grant: Grant, isFirst: boolean): boolean {
    if (grant.revision > 0) {
      torn.end()
      return false
    }
    const tokens = `${grant.accessToken} ${grant.refreshToken}`
    if (isFirst) torn.skip(tokens)
    return !torn.isOver(tokens)
  }

  function readFrom(place: CommitArea, ending = endingNow()): Found | null {
    const strings = place.read()
    return strings === null ? null : readStored(strings, ending, clock.now())
  }

  /** It lies where everybody looks, whichever place it is about. */
  function endingNow(): EndingRecord | null {
    return readEnding(attempt(() => local.area.read(keys.ending)))
  }

  function write(grant: Grant, anew = false): void {
    if (keys.user === null) userInMemory = grant
    const strings = describeGrant(grant)
    const held = latest?.identity
    const isSignIn = held !== grant.identity
    const replaced: Ending | null = isSignIn && held ? { identity: held, reason: 'replaced' } : null
    const isSharedOthers = isOthers(local, grant)
    const target = !isSignIn && preferred === local && isSharedOthers ? memory : preferred
    if (target === local) declined = null
    try {
      target.put(strings, anew)
      current = target
      // Where one goes on, the end of the one before is no news any more.
      if (isSignIn && target === local) attempt(() => local.area.erase(keys.ending))
    } catch (cause) {
      // Where nothing but the record was to be stored, the one before says as much: there is this session.
      const left = readFrom(target)
      const isWhole = left?.is === 'grant' && left.grant.revision > 0
      if (isWhole && isSame(left.grant, grant)) return
      if (!isWhole) empty(target, replaced, latest)
      retreat(cause, strings)
    }
    for (const place of places) {
      if (place !== current && !(place === local && isSharedOthers)) empty(place, replaced, latest)
    }
    keep(grant)
    published()
    target.area.settled?.().then(published, cause => {
      if (current !== target || latest !== grant) return
      retreat(cause, strings)
      empty(target, null)
      options.changed()
    })
  }

  function pause(grant: Grant, backOff: BackOff): void {
    // What cannot be noted is not known to the other tabs; this one keeps to it all the same.
    attempt(() => current.area.write(keys.pause, describePause(grant, backOff)))
    published()
    current.area.settled?.().then(published, () => {})
  }

  function retreat(cause: unknown, strings: CommitStrings): void {
    if (current !== memory)
      warn('storage-refused', 'Storage refused the tokens; they are kept in memory.', cause)
    current = memory
    memory.put(strings)
  }

  function erase(grant: Grant, reason: SignOutReason): void {
    const shared = current === tab ? readFrom(local) : null
    if (shared?.is === 'grant') declined = shared.grant.identity
    // The end of a copy is not the session's.
    const isOfCopy = current === tab && grant.refreshToken === null && reason === 'expired'
    for (const place of isOfCopy ? [memory, tab] : places) {
      if (!isOthers(place, grant)) empty(place, { identity: grant.identity, reason }, grant)
    }
    userInMemory = null
    forget()
    current = preferred = local
    published()
    // What is not stored yet cannot be seen yet; what cannot be erased was called ended before.
    local.area.settled?.().then(published, published)
  }

  /**
   * Whether the place holds a session that is neither this one nor the one this tab held before. Half of a
   * commit is enough: the record of the one before says whose it is. Where nobody says, it is ours if that
   * is the place where we have ours.
   */
  function isOthers(place: CommitArea, { identity }: Grant): boolean {
    const found = place === local ? readFrom(local) : null
    if (found?.is !== 'grant') return false
    const ours = [identity, latest?.identity]
    const owner = sessionIn(attempt(() => local.area.read(keys.record)))
    if (owner !== null) return !ours.includes(owner)
    return !ours.includes(found.grant.identity) && (latest === null || current !== local)
  }

  /**
   * Where others look too, word of the ending is left, which comes first, so that left-overs are known for
   * what they are. A session that was there and is not any more came before whatever ending is there now.
   */
  function empty(place: CommitArea, ending: Ending | null, ended: Grant | null = null): void {
    const found = place === local ? readFrom(local) : null
    const known = found?.is === 'nothing' ? found.ended : null
    // What lies there may be newer than what this tab knows of it, or half of the next session.
    const isFound = found?.is === 'grant' && found.grant.identity === ending?.identity
    const about = isFound ? found.grant : ended
    const isPast = known !== null && (known.identity === ending?.identity || current === local)
    if (found && ending && about && !isPast) leaveWord(describeEnding(about, ending))
    place.empty()
  }

  /** Where storage is full, the record makes room for it. */
  function leaveWord(word: string): void {
    const leave = () => local.area.write(keys.ending, word)
    if (attempt(leave) !== null) return
    attempt(() => local.area.erase(keys.record))
    attempt(leave)
  }

  function withUser(found: Extract<Found, { is: 'grant' }>): typeof found {
    const { grant } = found
    if (userInMemory?.identity !== grant.identity) return found
    return { ...found, grant: { ...grant, user: userInMemory.user } }
  }

  return {
    read,
    async settled() {
      await claim.settled()
      await local.area.settled?.().catch(() => {})
    },
    write: grant => write(grant),
    pause,
    erase,
    remember(remember) {
      preferred = remember ? local : tab
    },
    persistence: () => current.is,
  }
}

/** No tokens at all are the same as no others, whoever's they are. */
function isSame(a: Grant, b: Grant): boolean {
  return a.identity === b.identity && sameTokens(a, b)
}
