import * as z from 'zod/mini'
import { fingerprint } from './fingerprint.ts'
import type { Grant } from './grant.ts'
import { parseJson } from './parse-json.ts'
import { nonEmpty, text } from './shapes.ts'
import { isSignOutReason, type SignOutReason } from './sign-out-reason.ts'

/** A session that was ended on purpose, so that other tabs know which and why. */
export interface Ending {
  readonly identity: string
  readonly reason: SignOutReason
}

/** Fingerprints of the tokens that were there. */
export interface Prints {
  readonly access: string
  readonly refresh: string
}

const endingRecord = z.object({
  identity: nonEmpty,
  reason: z.custom<SignOutReason>(isSignOutReason),
  prints: z.object({ access: text, refresh: text }),
})

export type EndingRecord = Readonly<z.infer<typeof endingRecord>>

type Tokens = Pick<Grant, 'accessToken' | 'refreshToken'>

/**
 * The string that stores an ending: the session and the reason, and no profile data. It has a key of its
 * own, so that a tab that does not see it yet cannot write over it with the refresh that it had under way.
 */
export function describeEnding(tokens: Tokens, { identity, reason }: Ending): string {
  const record: EndingRecord = { identity, reason, prints: printsOf(tokens) }
  return JSON.stringify(record)
}

export function readEnding(stored: string | null): EndingRecord | null {
  return endingRecord.safeParse(parseJson(stored)).data ?? null
}

/** Whether these are tokens that the ending leaves behind for a moment. */
export function isLeftOver(
  { accessToken, refreshToken }: Tokens,
  { prints }: EndingRecord,
): boolean {
  const found = printsOf({ accessToken, refreshToken })
  return (
    (accessToken === null || found.access === prints.access) &&
    (refreshToken === null || found.refresh === prints.refresh)
  )
}

export function printsOf({ accessToken, refreshToken }: Tokens): Prints {
  return { access: fingerprint(accessToken ?? ''), refresh: fingerprint(refreshToken ?? '') }
}
