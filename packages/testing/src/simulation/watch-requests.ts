import type { Lease } from '@tabkeeper/core/http'
import type { Ground } from './ground.ts'
import { ownerOf, type Seat, sessionOf } from './seat.ts'

/** What an admin's access token is stored with, and under. */
const BESIDE = ['admin_refresh_token', 'tabkeeper:admin']
const ACCESS_TOKEN = 'admin_token'

/** Makes requests as an adapter does, and watches over the tokens that they are sent with. */
export function watchRequests({ clock, server, cookies, weather, history, story }: Ground) {
  /** A request to the API: sent with what the session gives, and once more after a 401. */
  async function request(seat: Seat): Promise<void> {
    const { session, name } = seat
    // What the page shows as it makes the request.
    const mine = sessionOf(seat)
    let lease = await session.lease()
    for (let attempt = 1; lease !== null && attempt <= 2; attempt++) {
      judge(seat, mine, lease)
      if (server.accepts(lease.accessToken)) return story.tell(`${name} is served`)
      story.tell(`${name} gets a 401 for ${lease.accessToken}`)
      lease = attempt === 1 ? await session.renew(lease) : null
    }
  }

  /** With a cookie, a session for one tab only goes on in the others that have it until the server ends it. */
  function isCopied({ isAlone }: Seat): boolean {
    return cookies !== null && isAlone
  }

  function judge(seat: Seat, mine: string | null, { accessToken }: Lease): void {
    const { name } = seat
    const owner = ownerOf(accessToken)
    if (mine !== null && owner !== mine)
      story.accuse('its own token', `${name} sent a request of ${mine} with a token of ${owner}`)

    const signOut = history.signOutOf(owner)
    const isKnown = signOut !== null && clock.now() > signOut.at + weather.news && !isCopied(seat)
    if (isKnown && seat.is === 'open' && !seat.isAway && !weather.isPoor && !seat.hadTrouble)
      story.accuse('an end is an end', `${name} sent a request with a token of ${owner}`)

    // A page that kept its tokens in memory for a while goes on with those.
    if (weather.isPoor) return
    const stored = storedBy(seat)
    if (stored === null || stored === accessToken || ownerOf(stored) !== owner) return
    if (server.isOver(accessToken) && !server.isOver(stored))
      story.accuse('no old token', `${name} sent ${accessToken} though ${stored} is in storage`)
  }

  return { request }
}

/** The access token that a tab sees in storage; half of a commit, or of a clearing, counts for nothing. */
function storedBy({ tab }: Seat): string | null {
  try {
    const isWhole = BESIDE.every(key => tab.storage.read(key) !== null)
    return isWhole ? tab.storage.read(ACCESS_TOKEN) : null
  } catch {
    return null
  }
}
