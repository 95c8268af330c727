import * as z from 'zod/mini'
import { readClaims } from './access-token-claims.ts'
import type { BackOff } from './back-off.ts'
import type { Grant } from './grant.ts'
import { CLOCK_TOLERANCE, type EpochMs } from './lifetime.ts'
import { parseJson } from './parse-json.ts'
import { isSignOutReason, type SignOutReason } from './sign-out-reason.ts'
import { isToken } from './token-response.ts'

/** The strings under an app's keys, as they were found. */
export interface StoredStrings {
  readonly access: string | null
  readonly refresh: string | null
  readonly user: string | null
  readonly record: string | null
}

/** What the strings mean. */
export type Found =
  | { readonly is: 'grant'; readonly grant: Grant; readonly backOff: BackOff | null }
  | { readonly is: 'nothing'; readonly ended: Ending | null }

/** A session that was ended on purpose, so that other tabs know which and why. */
export interface Ending {
  readonly identity: string
  readonly reason: SignOutReason
}

const VERSION = 1
const count = z.number().check(z.minimum(0))
const prints = z.object({ access: z.string(), refresh: z.string() })
const record = z.discriminatedUnion('is', [
  z.object({
    v: z.literal(VERSION),
    is: z.literal('live'),
    identity: z.string().check(z.minLength(1)),
    sessionId: z.nullable(z.string()),
    revision: count,
    receivedAt: count,
    lifetime: z.nullable(count),
    afterRefusal: z.boolean(),
    backOff: z.nullable(
      z.object({ failures: count, since: count, until: count, isAsked: z.boolean() }),
    ),
    prints,
  }),
  z.object({
    v: z.literal(VERSION),
    is: z.literal('ended'),
    identity: z.string(),
    reason: z.custom<SignOutReason>(isSignOutReason),
    prints,
  }),
])

/** The strings that store a grant; the record says what the others are and is to be written last. */
export function describeGrant(grant: Grant, backOff: BackOff | null): StoredStrings {
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
      backOff,
      prints: printsOf(accessToken, refreshToken),
    } satisfies z.infer<typeof record>),
  }
}

/** The record that is left when a session ends: it names the session and its reason, and no profile data. */
export function describeEnding({ accessToken, refreshToken }: Grant, ending: Ending): string {
  return JSON.stringify({
    v: VERSION,
    is: 'ended',
    ...ending,
    prints: printsOf(accessToken, refreshToken),
  } satisfies z.infer<typeof record>)
}

/**
 * Reads what strangers may have written. Tokens that the record does not describe (a half-finished
 * write, an app that ran without Tabkeeper) are taken as tokens of unknown age; tokens of a session
 * that the record calls ended are left-overs and count as nothing. `now` catches a record from the
 * future: a clock that was set back since says nothing about the tokens' age.
 */
export function readStored(stored: StoredStrings, now: EpochMs): Found {
  const accessToken = isToken(stored.access) ? stored.access : null
  const refreshToken = isToken(stored.refresh) ? stored.refresh : null
  const about = parseRecord(stored.record)
  const found = printsOf(accessToken, refreshToken)

  if (about?.is === 'ended') {
    const left = { ...about.prints }
    const isLeftOver =
      (accessToken === null || found.access === left.access) &&
      (refreshToken === null || found.refresh === left.refresh)
    if (isLeftOver)
      return { is: 'nothing', ended: { identity: about.identity, reason: about.reason } }
  }
  if (accessToken === null && refreshToken === null) return { is: 'nothing', ended: null }

  const tokens = { accessToken, refreshToken, user: parseJson(stored.user) }
  const isDescribed =
    about?.is === 'live' &&
    about.prints.access === found.access &&
    about.prints.refresh === found.refresh
  if (!isDescribed) return { is: 'grant', grant: undescribed(tokens, now), backOff: null }

  const { identity, sessionId, revision, receivedAt, afterRefusal, backOff } = about
  const lifetime = receivedAt > now + CLOCK_TOLERANCE ? null : about.lifetime
  return {
    is: 'grant',
    grant: { ...tokens, identity, sessionId, revision, receivedAt, lifetime, afterRefusal },
    backOff,
  }
}

/** Every tab makes the same identity of the same tokens, so that tabs that adopt them agree. */
function undescribed(
  tokens: Pick<Grant, 'accessToken' | 'refreshToken' | 'user'>,
  now: EpochMs,
): Grant {
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

function parseRecord(text: string | null): z.infer<typeof record> | null {
  const parsed = record.safeParse(parseJson(text))
  return parsed.success ? parsed.data : null
}

function printsOf(accessToken: string | null, refreshToken: string | null) {
  return { access: fingerprint(accessToken ?? ''), refresh: fingerprint(refreshToken ?? '') }
}

/** 64 bits to tell tokens apart by (FNV-1a, twice): no secret, and nothing can be computed back from it. */
function fingerprint(text: string): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x5bd1e995)
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36)
}
