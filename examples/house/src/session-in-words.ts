import type { SessionState, SignOutReason } from '@tabkeeper/core'

/** Returns the words of the quiet line: what state the session is in and where it is kept. */
export const sessionInWords = (state: SessionState): string =>
  state.status === 'authenticated'
    ? `${state.status} · ${persistenceWords[state.persistence]}`
    : state.status

/** Returns what the session is doing just now; the last words of the line, so that no other moves for them. */
export const refreshInWords = (state: SessionState): string =>
  state.status === 'authenticated' ? refreshWords[state.refresh] : ''

const refreshWords = { idle: '', pending: 'refreshing', 'backing-off': 'backing off' } as const

const persistenceWords = {
  local: 'kept in this browser',
  tab: 'kept in this tab',
  memory: 'kept until this page is left',
} as const

/** Returns why the person has to sign in, or `null` when there is nothing to explain. */
export function reasonInWords(reason: SignOutReason): string | null {
  switch (reason) {
    case 'none':
      return null
    case 'logout':
      return 'You signed out.'
    case 'logout-elsewhere':
      return 'You signed out in another tab.'
    case 'expired':
      return 'You were away for a while, so your session ended. Sign in to go on.'
    case 'revoked':
      return 'This session was ended from another device, or by an administrator.'
    case 'reuse-detected':
      return 'Your session was used from two places, which can mean that it was copied. It was ended to protect you. If you did not expect this, change your password.'
    case 'account-disabled':
      return 'This account has been disabled. Ask the manager of the bar.'
    case 'storage-cleared':
      return 'The data of this site was cleared in your browser, and your session with it.'
    case 'replaced':
      return 'Somebody else signed in here.'
  }
}
