import type { Clock } from '../ports/clock.ts'
import type { TokenArea } from '../ports/token-area.ts'
import type { Persistence, TokenStore } from '../ports/token-store.ts'
import type { BackOff } from '../tokens/back-off.ts'
import {
  describeEnding,
  describeGrant,
  type Ending,
  type Found,
  readStored,
  type StoredStrings,
} from '../tokens/commit-record.ts'
import { type Grant, sameTokens } from '../tokens/grant.ts'
import type { EpochMs } from '../tokens/lifetime.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'
import { memoryArea } from './token-area.ts'

/** The keys of the four strings; the user's may be `null` to keep it out of storage. */
export interface CommitKeys {
  readonly access: string
  readonly refresh: string
  readonly user: string | null
  readonly record: string
}

export interface TokenStoreOptions {
  readonly keys: CommitKeys
  readonly local: TokenArea
  readonly tab: TokenArea
  readonly clock: Clock
  /** Told when storage should be read once more. */
  changed(): void
  /** Told after each write or erasure, so that other tabs can be. */
  published(): void
  /** Told of what was survived. */
  warn(message: string, cause: unknown): void
}

interface Place {
  readonly is: Persistence
  readonly area: TokenArea
}

/** Another tab's commit becomes visible key by key; what no record describes after so long is somebody else's. */
const TORN = 50

/**
 * Three keys and a record in one area, written so that the record comes last. At most one of memory,
 * tab and local storage holds the session; a place that refuses a write is emptied, so that no stale
 * token stays readable in it, and memory takes over. Local storage is everybody's: a session that this
 * tab never held is left alone there, whatever becomes of this tab's own.
 */
export function createTokenStore(options: TokenStoreOptions): TokenStore {
  const { keys, clock, warn, published } = options
  const memory: Place = { is: 'memory', area: memoryArea() }
  const tab: Place = { is: 'tab', area: options.tab }
  const local: Place = { is: 'local', area: options.local }
  // Looked at in this order; the first that holds a session is the one in use.
  const places = [memory, tab, local] as const
  let preferred = local
  let current = local
  // Only memory has it where the app keeps its user out of storage.
  let userInMemory: Pick<Grant, 'identity' | 'user'> | null = null
  let undescribed: { readonly grant: Grant; readonly since: EpochMs } | null = null
  let isFirstRead = true
  // The session that this tab holds, as it was read or written last, and the one that it held before.
  let latest: { readonly grant: Grant; readonly backOff: BackOff | null } | null = null
  let previous: string | null = null

  function read(): Found | null {
    const all = places.map(readFrom)
    const ended = all.flatMap(found => (found?.is === 'nothing' && found.ended) || [])[0] ?? null
    const index = all.findIndex(found => found?.is === 'grant')
    const found = all[index]
    const isFirst = isFirstRead
    isFirstRead = false

    if (found?.is !== 'grant') {
      const isKnown = all[places.indexOf(preferred)] !== null
      if (!isKnown) return null
      const mine = latest
      const isOfAnother = ended !== null && ended.identity !== mine?.grant.identity
      if (mine !== null && isOfAnother && ended.identity === previous) {
        // Somebody signed out who did not see yet that another session had followed: that one goes on.
        write(mine.grant, mine.backOff)
        return { is: 'grant', ...mine }
      }
      forget()
      return { is: 'nothing', ended }
    }
    // A copy that only this tab has does not outlive the session.
    if (ended?.identity === found.grant.identity) {
      forget()
      return { is: 'nothing', ended }
    }
    if (isTorn(found.grant, isFirst)) return null
    current = places[index] ?? local
    if (current !== memory) preferred = current
    const whole = withUser(found)
    keep(whole.grant, whole.backOff)
    return whole
  }

  function keep(grant: Grant, backOff: BackOff | null): void {
    if (latest?.grant.identity !== grant.identity) forget()
    latest = { grant, backOff }
  }

  function forget(): void {
    previous = latest?.grant.identity ?? previous
    latest = null
  }

  /** What was there before this tab was is nobody's half-finished write. */
  function isTorn(grant: Grant, isFirst: boolean): boolean {
    if (grant.revision > 0) return false
    const now = clock.now()
    if (undescribed === null || !sameTokens(undescribed.grant, grant)) {
      undescribed = { grant, since: isFirst ? now - TORN : now }
      if (!isFirst) clock.wake(now + TORN, options.changed)
    }
    return now < undescribed.since + TORN
  }

  function readFrom({ area }: Place): Found | null {
    const strings = attempt(() => stringsIn(area)) ?? attempt(() => stringsIn(area))
    return strings === null ? null : readStored(strings, clock.now())
  }

  function stringsIn(area: TokenArea): StoredStrings {
    return {
      access: area.read(keys.access),
      refresh: area.read(keys.refresh),
      user: keys.user === null ? null : area.read(keys.user),
      record: area.read(keys.record),
    }
  }

  function write(grant: Grant, backOff: BackOff | null): void {
    if (keys.user === null) userInMemory = grant
    const strings = describeGrant(grant, backOff)
    const held = latest?.grant.identity
    const isSignIn = held !== grant.identity
    const target = !isSignIn && isOthers(preferred, grant) ? memory : preferred
    try {
      put(target.area, strings)
      current = target
    } catch (cause) {
      // A pause that could not be noted is no reason to move: the tokens are still there, for every tab.
      const left = readFrom(target)
      if (left?.is === 'grant' && left.grant.revision > 0 && sameTokens(left.grant, grant)) return
      if (current !== memory) warn('Storage refused the tokens; they are kept in memory.', cause)
      current = memory
      put(memory.area, strings)
    }
    const replaced: Ending | null = isSignIn && held ? { identity: held, reason: 'replaced' } : null
    for (const place of places) {
      if (place !== current && !isOthers(place, grant)) empty(place, replaced)
    }
    keep(grant, backOff)
    published()
  }

  function erase(grant: Grant, reason: SignOutReason): void {
    for (const place of places) {
      if (!isOthers(place, grant)) empty(place, { identity: grant.identity, reason }, grant)
    }
    userInMemory = null
    forget()
    current = preferred = local
    published()
  }

  /** Whether the shared place holds a session that is neither this one nor the one this tab held before. */
  function isOthers(place: Place, { identity }: Grant): boolean {
    const found = place === local ? readFrom(local) : null
    if (found?.is !== 'grant' || found.grant.revision === 0) return false
    return found.grant.identity !== identity && found.grant.identity !== latest?.grant.identity
  }

  function put(area: TokenArea, strings: StoredStrings): void {
    putOne(area, keys.access, strings.access)
    putOne(area, keys.refresh, strings.refresh)
    if (keys.user !== null) putOne(area, keys.user, strings.user)
    putOne(area, keys.record, strings.record)
  }

  /** Where others look too, a record of the ending is left; it comes first, so that left-overs are known for what they are. */
  function empty(place: Place, ending: Ending | null, ended: Grant | null = null): void {
    const { area } = place
    const found = place === local && ending !== null ? readFrom(local) : null
    // Another tab may have been faster; and one that has the session in memory only wants to know, too.
    const isKnown = found?.is === 'nothing' && found.ended?.identity === ending?.identity
    const about = found?.is === 'grant' ? found.grant : ended
    const isTold =
      found !== null &&
      ending !== null &&
      about !== null &&
      (isKnown || attempt(() => area.write(keys.record, describeEnding(about, ending))) !== null)
    for (const key of [keys.access, keys.refresh, keys.user, isTold ? null : keys.record]) {
      if (key !== null) attempt(() => area.erase(key))
    }
  }

  function withUser(found: Extract<Found, { is: 'grant' }>): typeof found {
    const { grant } = found
    if (userInMemory?.identity !== grant.identity) return found
    return { ...found, grant: { ...grant, user: userInMemory.user } }
  }

  return {
    read,
    write,
    erase,
    remember(remember) {
      preferred = remember ? local : tab
    },
    persistence: () => current.is,
  }
}

function putOne(area: TokenArea, key: string, value: string | null): void {
  if (value === null) area.erase(key)
  else area.write(key, value)
}

function attempt<T>(action: () => T): T | null {
  try {
    return action()
  } catch {
    return null
  }
}
