import * as z from 'zod/mini'
import { type BackOff, isPossible } from './back-off.ts'
import { fingerprint } from './fingerprint.ts'
import type { Grant } from './grant.ts'
import { parseJson } from './parse-json.ts'
import { count, flag, text } from './shapes.ts'

const pauseRecord = z.object({
  of: text,
  failures: count,
  since: count,
  until: count,
  isAsked: flag,
})

/**
 * The string that stores a pause. It has a key of its own, so that whoever notes one touches nothing of
 * the tokens, and names what it is about, so that it means nothing to a session or a token that followed.
 */
export function describePause(grant: Grant, backOff: BackOff): string {
  return JSON.stringify({ ...backOff, of: subjectOf(grant) } satisfies z.infer<typeof pauseRecord>)
}

/** The pause that was noted for these tokens. */
export function readPause(stored: string | null, grant: Grant): BackOff | null {
  const { data } = pauseRecord.safeParse(parseJson(stored))
  if (data === undefined || data.of !== subjectOf(grant)) return null
  const { of: _, ...backOff } = data
  return isPossible(backOff) ? backOff : null
}

/** Where the refresh token is a cookie, what is stored names the session and no token. */
function subjectOf({ refreshToken, identity }: Grant): string {
  return fingerprint(refreshToken ?? identity)
}
