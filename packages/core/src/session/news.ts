import { heldGrant } from '../machine/state.ts'
import type { Change } from '../runtime/runtime.ts'
import type { EpochMs } from '../tokens/lifetime.ts'
import type { SessionEvents } from './session.ts'
import type { SessionState } from './session-state.ts'

/** One event as the page is told of it: its name and its detail. */
export type News<User> = {
  [K in keyof SessionEvents<User>]: readonly [name: K, detail: SessionEvents<User>[K]]
}[keyof SessionEvents<User>]

/** What a change of the machine means to the page: mostly nothing, never more than one thing. */
export function newsOf<User>(
  { from, to, event }: Change,
  shown: SessionState<User>,
  now: EpochMs,
): News<User> | null {
  const before = heldGrant(from)
  const after = heldGrant(to)
  const by = event.type === 'store-changed' ? 'another-tab' : 'this-tab'

  if (before === null) {
    if (after === null || event.type === 'restored') return null
    const user = shown.status === 'authenticated' ? shown.user : null
    return ['signed-in', { user, sessionId: after.sessionId }]
  }
  if (to.is === 'unauthenticated') return ['signed-out', { reason: to.reason, by }]
  if (after === null) return null
  if (before.identity !== after.identity)
    return ['replaced', { from: before.identity, to: after.identity, by }]
  if (before.accessToken !== after.accessToken) return ['refreshed', { by }]
  if (event.type === 'refresh-unreachable' && to.is === 'authenticated') {
    const retryAfter = Math.max(0, (to.backOff?.until ?? now) - now)
    return ['refresh-unreachable', { retryAfter, cause: event.cause }]
  }
  return null
}
