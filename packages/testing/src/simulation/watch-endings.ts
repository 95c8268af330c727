import type { SignOutReason } from '@tabkeeper/core'
import type { Ground } from './ground.ts'
import type { Seat, SeatWatch } from './seat.ts'

function isDenial(reason: SignOutReason): boolean {
  return ['expired', 'revoked', 'reuse-detected', 'account-disabled', 'replaced'].includes(reason)
}

/** Watches over how sessions end: for a cause, for the cause that is shown, and for good. */
export function watchEndings({
  server,
  cookies,
  weather,
  history,
  story,
}: Ground): Pick<SeatWatch, 'holds' | 'isSignedOut'> {
  function isTrue(seat: Seat, id: string, reason: SignOutReason): boolean {
    // A cookie that is gone, or another session's, does not say why.
    if (cookies !== null && isDenial(reason) && server.reasonOf(id) !== null) return true
    const seats = history.signOutOf(id)?.seats
    switch (reason) {
      case 'none':
        return false
      case 'logout':
        return seats?.has(seat) === true
      case 'logout-elsewhere':
        // Storage that was blocked may show a tab the session again that it signed out of: the server knows.
        return (
          server.reasonOf(id) === reason ||
          (seats !== undefined && [...seats].some(other => other !== seat))
        )
      case 'storage-cleared':
        return history.mayHaveVanished(id)
      case 'replaced':
        // Storage that was cleared does not say so any more once a tab that has not noticed signs out of the
        // session before: its word is the only one that is left. And whoever signed in last has the cookie,
        // also where no tab could take the session up yet. So has the server's word whoever closed the tab
        // before the answer to the sign-in.
        return (
          server.reasonOf(id) === reason ||
          history.isFollowed(id) ||
          history.mayHaveVanished(id) ||
          (cookies !== null && server.sessions().at(-1) !== id)
        )
      case 'expired':
      case 'revoked':
      case 'reuse-detected':
      case 'account-disabled':
        return server.reasonOf(id) === reason
    }
  }

  return {
    holds(seat, id) {
      history.held(seat, id)
      if (history.signOutOf(id)?.seats.has(seat) && !weather.isPoor)
        story.accuse('an end is an end', `${seat.name} holds ${id} again, which it signed out of`)
    },
    isSignedOut(seat, id, reason) {
      // Of a commit that was cut off only the tokens are there: nobody can tell whose they were.
      if (id !== null && !isTrue(seat, id, reason))
        story.accuse('a true reason', `${seat.name} is signed out of ${id}: ${reason}`)
    },
  }
}
