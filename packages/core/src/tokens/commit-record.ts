import * as z from 'zod/mini'
import { readClaims } from './access-token-claims.ts'
import type { BackOff } from './back-off.ts'
import { type Ending, type EndingRecord, isLeftOver, printsOf } from './ending-record.ts'
import { fingerprint } from './fingerprint.ts'
import type { Grant } from './grant.ts'
import { CLOCK_TOLERANCE, type EpochMs } from './lifetime.ts'
import { parseJson } from './parse-json.ts'
import { readPause } from './pause-record.ts'
import { count, flag, nonEmpty, orNull, text, word } from './shapes.ts'
import { isToken } from './token-response.ts'

/** The strings that store a grant. */
export interface CommitStrings {
  readonly access: string | null
  readonly refresh: string | null
  readonly user: string | null
  readonly record: string | null
}

/** The strings under an app's keys, as they were found. */
export interface StoredStrings extends CommitStrings {
  readonly pause: string | null
}

/** What the strings mean. */
export type Found =
  | { readonly is: 'grant'; readonly grant: Grant; readonly backOff: BackOff | null }
  | { readonly is: 'nothing'; readonly ended: Ending | null }

/**
 * Counts the changes of what the members mean. Tabs of two versions share one record: a reader takes the
 * members it knows, whatever the number, so a new version may add members and must do without them.
 */
const VERSION = 3
const prints = z.object({ access: text, refresh: text })
const liveRecord = z.object({
  v: count,
  is: word('live'),
  identity: nonEmpty,
  sessionId: orNull(text),
  revision: count,
  receivedAt: count,
  lifetime: orNull(count),
  afterRefusal: flag,
  prints,
})

type LiveRecord = z.infer<typeof liveRecord>
type Tokens = Pick<Grant, 'accessToken' | 'refreshToken' | 'user'>

/**
 * The strings that store a grant; the record says what the others are and is to be written last. It may
 * describe no tokens at all: then it says that there is a session, and where its tokens are is known
 * to whoever left them out.
 */
export function describeGrant(grant: Grant): CommitStrings {
  const { accessToken, refreshToken, user } = grant
  const { identity, sessionId, revision, receivedAt, lifetime, afterRefusal } = grant
  return {
    access: accessToken,
    refresh: refreshToken,
    user: user === null || user === undefined ? null : JSON.stringify(user),
    record: JSON.stringify({
      v: VERSION,
      is: 'live',
      identity,
      sessionId,
      revision,
      receivedAt,
      lifetime,
      afterRefusal,
      prints: printsOf(grant),
    } satisfies LiveRecord),
  }
}

/**
 * Reads what strangers may have written. Tokens that the record does not describe (a half-finished
 * write, an app that ran without Tabkeeper) are taken as tokens of unknown age; tokens of the session
 * that `ending` is about are left-overs, or a refresh that crossed it, and count as nothing. `now` catches
 * a record from the future: a clock that was set back since says nothing about the tokens' age.
 */
export function readStored(
  stored: StoredStrings,
  ending: EndingRecord | null,
  now: EpochMs,
): Found {
  const tokens = tokensIn(stored)
  const live = parseRecord(stored.record)
  const grant = grantOf(tokens, live, now)
  if (grant !== null && !isOver(grant, ending))
    return { is: 'grant', grant, backOff: readPause(stored.pause, grant) }
  // Where a record says that another session goes on, its tokens vanished without a word.
  const isTold = ending !== null && (live === null || live.identity === ending.identity)
  return { is: 'nothing', ended: isTold ? endingOf(ending) : null }
}

/**
 * What is there of a session that ended: nothing, what the ending leaves behind for a moment, or what a
 * tab stored later that did not see it yet.
 */
export function remainsOf(
  ending: EndingRecord,
  stored: StoredStrings,
  now: EpochMs,
): 'none' | 'left-over' | 'later' {
  const tokens = tokensIn(stored)
  const grant = grantOf(tokens, parseRecord(stored.record), now)
  if (grant === null || !isOver(grant, ending)) return 'none'
  return isLeftOver(grant, ending) ? 'left-over' : 'later'
}

/** The session that a record is of, whatever there is of its tokens; `null` where none goes on. */
export function sessionIn(record: string | null): string | null {
  return parseRecord(record)?.identity ?? null
}

function isOver(grant: Grant, ending: EndingRecord | null): boolean {
  if (ending === null) return false
  return grant.identity === ending.identity || (grant.revision === 0 && isLeftOver(grant, ending))
}

function endingOf({ identity, reason }: EndingRecord): Ending {
  return { identity, reason }
}

function tokensIn(stored: StoredStrings): Tokens {
  return {
    accessToken: isToken(stored.access) ? stored.access : null,
    refreshToken: isToken(stored.refresh) ? stored.refresh : null,
    user: parseJson(stored.user),
  }
}

function grantOf(tokens: Tokens, live: LiveRecord | null, now: EpochMs): Grant | null {
  const { accessToken, refreshToken } = tokens
  const found = printsOf(tokens)
  if (live?.prints.access === found.access && live.prints.refresh === found.refresh) {
    const { identity, sessionId, revision, receivedAt } = live
    const isOfTheFuture = receivedAt > now + CLOCK_TOLERANCE
    const lifetime = isOfTheFuture ? null : live.lifetime
    const afterRefusal = live.afterRefusal && !isOfTheFuture
    return { ...tokens, identity, sessionId, revision, receivedAt, lifetime, afterRefusal }
  }
  // A commit writes the refresh token first: what else is here may be of the session before.
  if (live?.prints.access === found.access && refreshToken !== null)
    return undescribed({ accessToken: null, refreshToken, user: null }, now)
  return accessToken === null && refreshToken === null ? null : undescribed(tokens, now)
}

/** Every tab makes the same identity of the same tokens, so that tabs that adopt them agree. */
function undescribed(tokens: Tokens, now: EpochMs): Grant {
  const { accessToken, refreshToken } = tokens
  const sid = accessToken === null ? null : readClaims(accessToken).sid
  return {
    ...tokens,
    sessionId: sid,
    identity: sid ?? `found:${fingerprint(refreshToken ?? accessToken ?? '')}`,
    revision: 0,
    receivedAt: now,
    lifetime: accessToken === null ? 0 : null,
    afterRefusal: false,
  }
}

function parseRecord(text: string | null): LiveRecord | null {
  return liveRecord.safeParse(parseJson(text)).data ?? null
}
