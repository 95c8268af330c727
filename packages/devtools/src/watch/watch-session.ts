import type { Session, SessionEvents, SessionState } from '@tabkeeper/core'
import { isSessionError } from '@tabkeeper/core'
import type { Detail, EntryOf } from '../log/entry.ts'
import { fingerprint } from '../log/fingerprint.ts'

/** Tells of a session what its public state and its events say. Returns the undo. */
export function watchSession(session: Session, record: (detail: Detail) => void): () => void {
  const app = fingerprint(session.app)
  // The session as it was told of last: who signs out is not named by the state any more.
  let id: string | null = null
  // Compared here, and told to nobody.
  let user = { before: '', now: '' }

  function see(state: SessionState): void {
    if (state.status === 'authenticated') {
      id = printOrNull(state.sessionId)
      user = { before: user.now, now: JSON.stringify(state.user) }
    }
    record({ what: 'state', app, session: id, ...shown(state) })
  }

  const about = () => ({ app, session: id })
  see(session.getState())
  const undo = [
    session.subscribe(see),
    session.on('signed-in', () => record({ what: 'signed-in', ...about() })),
    session.on('signed-out', ({ reason, by }) =>
      record({ what: 'signed-out', ...about(), reason, by }),
    ),
    session.on('refreshed', ({ by }) => record({ what: 'refreshed', ...about(), by })),
    session.on('warning', ({ code }) => record({ what: 'warned', ...about(), code })),
    session.on('refresh-unreachable', detail =>
      record({ what: 'unreachable', ...about(), ...failure(detail) }),
    ),
    session.on('replaced', ({ from, to, by }) =>
      record({
        what: 'replaced',
        ...about(),
        from: fingerprint(from),
        to: fingerprint(to),
        user: compare(user.before, user.now),
        by,
      }),
    ),
  ]
  return () => {
    for (const each of undo) each()
  }
}

type Shown = Omit<EntryOf<'state'>, 'what' | 'at' | 'tab' | 'n' | 'app' | 'session'>

const NOTHING: Omit<Shown, 'status'> = {
  refresh: null,
  persistence: null,
  reason: null,
  expiresAt: null,
}

function shown(state: SessionState): Shown {
  switch (state.status) {
    case 'loading':
      return { ...NOTHING, status: 'loading' }
    case 'unauthenticated':
      return { ...NOTHING, status: 'unauthenticated', reason: state.reason }
    case 'authenticated': {
      const { refresh, persistence, expiresAt } = state
      const ends = expiresAt === null ? null : Math.round(expiresAt)
      return { ...NOTHING, status: 'authenticated', refresh, persistence, expiresAt: ends }
    }
  }
}

function failure({
  retryAfter,
  cause,
}: SessionEvents['refresh-unreachable']): Pick<
  EntryOf<'unreachable'>,
  'cause' | 'status' | 'retryAfter'
> {
  const told = { status: null, retryAfter: Math.round(retryAfter) }
  // Whoever has no cause of his own was told of the pause by another tab.
  if (cause === null) return { ...told, cause: 'another-tab' }
  if (isSessionError(cause) && cause.status !== undefined)
    return { ...told, cause: 'no-verdict', status: cause.status }
  const isTooSlow = cause instanceof DOMException && cause.name === 'TimeoutError'
  return { ...told, cause: isTooSlow ? 'too-slow' : 'no-answer' }
}

function compare(before: string, now: string): EntryOf<'replaced'>['user'] {
  if (before === 'null' || now === 'null') return 'unknown'
  return before === now ? 'same' : 'another'
}

function printOrNull(text: string | null): string | null {
  return text === null ? null : fingerprint(text)
}
