import type { RefreshToken } from '../tokens/refresh-token.ts'
import { type AccessOutcome, note } from './confirm-access.ts'
import { judgeRefresh } from './judge.ts'
import { readSession } from './read-session.ts'
import { endStolen } from './rotation.ts'
import type { SessionWithUser } from './session.ts'
import type { SessionSettings } from './settings.ts'

export type CookieOutcome =
  | AccessOutcome
  | { readonly is: 'theft' | 'ahead'; readonly session: SessionWithUser }

const maxAttempts = 5

/**
 * Judges the cookie of a request in `cookie` transport, with one read. The rules are those of a refresh,
 * but nothing is rotated: what a refresh would answer with a token is accepted, what it would take for a
 * copy ends the session.
 */
export async function confirmCookie(
  settings: SessionSettings,
  token: RefreshToken,
  clientId: string,
): Promise<CookieOutcome> {
  const { database, tenantId, clock, grace } = settings
  const holder = { clientId, transport: 'cookie' } as const
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const now = clock.now()
    const row = await readSession(database, { tenantId, sessionId: token.sessionId })
    const verdict = judgeRefresh(row, token, holder, now, grace)
    if (verdict.is === 'unknown' || !row) return { is: 'unknown' }
    switch (verdict.is) {
      case 'ended':
        return { is: 'ended', code: verdict.code, session: row }
      case 'ahead':
        return { is: 'ahead', session: row }
      case 'theft':
        if (await endStolen(settings, row, now)) return { is: 'theft', session: row }
        break
      case 'swap':
      case 'replay':
      case 'recover': {
        const session = await note(settings, row, token.generation, now)
        if (session) return { is: 'accepted', session }
        break
      }
    }
  }
  return { is: 'busy' }
}
